package jasyncio.net.spi;

import jasyncio.CheckReturnValue;
import jasyncio.Coroutine;
import jasyncio.EventLoop;
import jasyncio.net.Tls;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// One end of a connection: what carries the bytes of a transport, and knows nothing of protocols,
/// water marks or half-closed connections.
///
/// Used on the loop, and tells its [WireOwner] on the loop. Nothing here suspends unless it returns
/// a coroutine. What comes in is kept by the wire until its owner has taken it: [#input()].
public interface Wire {
  /// {@return the loop it belongs to}
  EventLoop loop();

  /// {@return what kind of wire it is, for the names of transports, such as `Socket`}
  String kind();

  /// {@return whether it has not been closed, by us or by the system}
  boolean isOpen();

  /// {@return whether its loop is closing, and runs no callbacks any more}
  boolean isLoopEnding();

  // ---- output ----

  /// Takes a copy of the data, which leaves when the turn ends, or sooner if there is much. The
  /// owner is told when it has left: [WireOwner#written].
  ///
  /// @param data what to send
  /// @param offset where it begins
  /// @param length how many bytes
  void write(byte[] data, int offset, int length);

  /// The same for what remains in a buffer, whose position moves to its limit.
  ///
  /// @param data what to send
  void write(ByteBuffer data);

  /// Sends what there is, as far as the system takes it now.
  void flush();

  /// Forgets what has been written and not been handed over yet.
  ///
  /// @return how many bytes that is
  int discard();

  /// Ends our side; receiving goes on. Called when all that was written has left.
  void endOutput();

  /// {@return whether [#sendFile] works: not if files have to be encrypted}
  default boolean sendsFiles() {
    return !isEncrypted();
  }

  /// Sends a part of a file without copying it, behind what was flushed before.
  ///
  /// Suspends until the system has taken all of it. Throws an [IOException] of the system.
  ///
  /// @param file what to send
  /// @param offset where it begins
  /// @param count how many bytes
  /// @return a coroutine without a result
  @CheckReturnValue
  Coroutine<@Nullable Void> sendFile(FileChannel file, long offset, long count);

  // ---- input ----

  /// Reads from now on, or reads no more for now.
  ///
  /// @param on whether to read
  void read(boolean on);

  /// {@return the oldest piece that has come in, as far as it has not been taken; null if there is
  /// none} Valid until [#consumed()], or until it is asked for again.
  @Nullable ByteBuffer input();

  /// The first bytes of the oldest piece have been taken.
  ///
  /// @param bytes how many
  void skip(int bytes);

  /// The piece that [#input()] has given last is done with.
  void consumed();

  /// Drops all that has come in and has not been taken.
  void dropInput();

  /// Lets the wire read so that [#fill(ByteBuffer)] can fill a buffer of the program without
  /// another copy. It need not be able to.
  ///
  /// @param wanted whether the next piece is for such a buffer
  default void offerRooms(BooleanSupplier wanted) {}

  /// Reads what follows the last piece straight from the system, if there is more.
  ///
  /// @param room filled from its position on, which moves
  /// @throws IOException of the system
  default void fill(ByteBuffer room) throws IOException {}

  // ---- TLS ----

  /// {@return whether it is encrypted, or about to be}
  boolean isEncrypted();

  /// Prepares to encrypt a connection that is there already.
  ///
  /// Suspends while keys and certificates are read.
  ///
  /// @param tls the settings
  /// @param serverSide whether we are the server
  /// @param peer who is at the other end
  /// @return a coroutine that gives what begins the handshake
  @CheckReturnValue
  Coroutine<TlsStart> prepareTls(Tls tls, boolean serverSide, Peer peer);

  /// Begins to encrypt.
  @FunctionalInterface
  interface TlsStart {
    /// Everything that is written from now on is encrypted; what has come in and has not been taken
    /// is the beginning of the handshake.
    ///
    /// @param unread what came before that
    void begin(byte[] unread);
  }

  /// Waits for the end of the handshake.
  ///
  /// Suspends. Throws a [jasyncio.net.ConnectionError] if it fails.
  ///
  /// @param peer who is at the other end
  /// @return a coroutine without a result
  @CheckReturnValue
  Coroutine<@Nullable Void> handshake(Peer peer);

  /// Says inside TLS that we send no more, and then drops what comes in and cannot be decrypted any
  /// more: [WireOwner#heard].
  ///
  /// @param then what to run when that has been sent
  void endTls(Runnable then);

  // ---- the end ----

  /// {@return how far what was sent has got, once our side has been ended}
  Delivery delivery();

  /// Closes it, with a last word if it is encrypted.
  void close();

  /// Closes it at once. Does nothing if it is closed.
  void abort();

  /// {@return the error for the program, which names the connection}
  ///
  /// @param cause what has ended it
  /// @param peer who is at the other end
  Throwable explain(Throwable cause, Peer peer);

  // ---- looking at it ----

  /// {@return where the peer is, if that is known} In the JDK's form.
  @Nullable SocketAddress remoteAddress();

  /// {@return where we are} In the JDK's form.
  @Nullable SocketAddress localAddress();

  /// {@return what else is known, such as of the encryption, by asyncio's names; null for any
  /// other}
  ///
  /// @param name what is asked for
  @Nullable Object info(String name);

  /// {@return what tells it from other connections before it has an owner: see [Acceptor#dealt]}
  default Object identity() {
    return this;
  }
}
