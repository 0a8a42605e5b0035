package jasyncio.net;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.yieldNow;
import static java.nio.charset.StandardCharsets.UTF_8;

import jasyncio.CheckReturnValue;
import jasyncio.Coroutine;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.util.Collection;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The outgoing half of a connection: takes data without waiting, and sends it when the turn ends.
///
/// [#write(byte[])] never suspends, so what the peer does not take piles up in memory: await
/// [#drain()] between writes. Used on its loop, by any number of tasks.
///
/// Counterpart: `asyncio.StreamWriter`.
public final class StreamWriter implements AutoCloseable {
  private final Transport transport;
  private final StreamReaderProtocol protocol;

  /// The other half; whoever has one of them has the connection.
  private final StreamReader reader;

  StreamWriter(Transport transport, StreamReaderProtocol protocol, StreamReader reader) {
    this.transport = transport;
    this.protocol = protocol;
    this.reader = reader;
  }

  /// {@return a writer for a connection whose protocol was made by hand}
  ///
  /// @param transport where to write
  /// @param protocol the one that the transport tells
  public static StreamWriter create(Transport transport, StreamReaderProtocol protocol) {
    return new StreamWriter(
        transport, protocol, Objects.requireNonNull(protocol.reader(), "its reader was dropped"));
  }

  /// {@return the connection below} Counterpart: `StreamWriter.transport`.
  public Transport transport() {
    return transport;
  }

  /// How many bytes the system has not taken yet.
  long pending() {
    return transport.getWriteBufferSize();
  }

  // ---- writing ----

  /// Sends `data`, of which a copy is made. After the connection was closed or lost it is dropped.
  ///
  /// Does not suspend.
  ///
  /// @param data what to send
  /// @throws IllegalStateException after [#writeEof()], or on a thread that does not run the loop
  public void write(byte[] data) {
    transport.write(data, 0, data.length);
  }

  /// Sends `length` bytes of `data`, from `offset` on.
  ///
  /// @param data what to send
  /// @param offset where it begins in `data`
  /// @param length how many bytes
  /// @throws IndexOutOfBoundsException if they are not all inside the array
  public void write(byte[] data, int offset, int length) {
    transport.write(data, offset, length);
  }

  /// Sends what remains in `data`, whose position moves to its limit.
  ///
  /// @param data what to send
  public void write(ByteBuffer data) {
    transport.write(data);
  }

  /// Sends a text in UTF-8. No end of line is added.
  ///
  /// @param text what to send; of half a surrogate pair a `?` is sent
  /// @throws IllegalStateException after [#writeEof()], or on a thread that does not run the loop
  public void write(String text) {
    write(text, UTF_8);
  }

  /// Sends a text in another charset.
  ///
  /// @param text what to send; of what the charset does not have a `?` is sent
  /// @param charset how to encode it
  public void write(String text, Charset charset) {
    write(text.getBytes(charset));
  }

  /// Sends all of them, one after the other.
  ///
  /// @param data what to send, in this order
  public void writelines(Collection<byte[]> data) {
    data.forEach(this::write);
  }

  /// Waits until there is not too much left to send: while more than 64 KiB wait, until no more
  /// than 16 KiB do.
  ///
  /// Suspends only then. Cancel-safe: what was written is sent all the same. Any number of tasks
  /// may wait at once. Throws what the connection was lost by: a [ConnectionResetError] with
  /// "Connection lost", or what the reader got.
  ///
  /// @return a coroutine that does so when awaited
  @CheckReturnValue
  public Coroutine<@Nullable Void> drain() {
    return async(() -> {
      Throwable exception = reader.exception();
      if (exception != null) {
        throw exception;
      }
      if (transport.isClosing()) {
        // Gives the loop the chance to see the connection end, for code that writes and drains in a
        // loop.
        await(yieldNow());
      }
      try {
        await(protocol.drained(transport));
      } finally {
        Reference.reachabilityFence(this); // who waits has not dropped the connection
      }
    });
  }

  /// Sets when [#drain()] waits and when it goes on.
  ///
  /// @param high waits above this many bytes
  /// @param low goes on at or below this many bytes
  /// @throws IllegalArgumentException unless `high >= low >= 0`
  public void setWriteBufferLimits(long high, long low) {
    transport.setWriteBufferLimits(high, low);
  }

  /// Encrypts the connection from here on: as the server if it belongs to a server's handler, else
  /// as the client. Both peers do so at an agreed point of their conversation.
  ///
  /// Suspends until the handshake is done. Cancel-safe: the connection is aborted then, as it is
  /// when the handshake fails, which throws a [ConnectionError]. What was written before is sent in
  /// plain; data that was received and not read is taken for the beginning of the handshake.
  ///
  /// Counterpart: `StreamWriter.start_tls`.
  ///
  /// @param tls the settings
  /// @return a coroutine that does so when awaited
  /// @throws IllegalStateException when awaited, if the connection has ended or is closing
  @CheckReturnValue
  public Coroutine<@Nullable Void> startTls(Tls tls) {
    return async(() -> {
      await(drain());
      await(Net.startTls(transport, transport.getProtocol(), tls, protocol.isServer()));
    });
  }

  // ---- ending ----

  /// Tells the peer that no more will come, once everything is sent. Reading goes on.
  ///
  /// @throws UnsupportedOperationException on a TLS connection
  public void writeEof() {
    transport.writeEof();
  }

  /// {@return whether [#writeEof()] works on this connection}
  public boolean canWriteEof() {
    return transport.canWriteEof();
  }

  /// Closes the connection once everything is sent; nothing more is received. Does nothing the
  /// second time.
  ///
  /// Does not suspend: await [#waitClosed()] to see the end.
  @Override
  public void close() {
    transport.close();
  }

  /// Leaves the connection of a server open when its handler returns: somebody else goes on with
  /// it, and closes it. Without this it is closed then. Has no effect in a client.
  ///
  /// A connection that was kept open, and whose reader and writer have both been dropped, is closed
  /// with a warning in the log, some time after the collector has found that.
  ///
  /// Does not suspend. No counterpart: CPython closes a connection when its writer is collected.
  public void keepOpen() {
    protocol.keepOpen();
  }

  /// {@return whether it is closed, or about to be}
  public boolean isClosing() {
    return transport.isClosing();
  }

  /// Waits until the connection has ended; throws a [ConnectionError] if it ended by one.
  ///
  /// Suspends unless it has ended. Cancel-safe.
  ///
  /// @return a coroutine that does so when awaited
  @CheckReturnValue
  public Coroutine<@Nullable Void> waitClosed() {
    return async(() -> {
      try {
        await(protocol.closed());
      } finally {
        Reference.reachabilityFence(this); // who waits has not dropped the connection
      }
    });
  }

  /// Drops what is not sent and ends the connection at once. Counterpart:
  /// `writer.transport.abort()`.
  public void abort() {
    transport.abort();
  }

  // ---- looking at it ----

  /// Something about the connection, by asyncio's name for it: `peername` and `sockname`
  /// ([java.net.InetSocketAddress]); with TLS `cipher` and `alpn` ([String]), `ssl_object`
  /// ([javax.net.ssl.SSLSession]), `peercert` ([java.security.cert.Certificate]).
  ///
  /// @param name such as `peername`
  /// @return null if there is no such thing
  public @Nullable Object getExtraInfo(String name) {
    return transport.getExtraInfo(name);
  }

  @Override
  public String toString() {
    return "<StreamWriter transport=" + transport + " reader=" + reader + ">";
  }
}
