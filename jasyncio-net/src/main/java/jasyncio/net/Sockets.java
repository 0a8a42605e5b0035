package jasyncio.net;

import static jasyncio.Asyncio.getRunningLoop;

import jasyncio.CheckReturnValue;
import jasyncio.Coroutine;
import jasyncio.net.spi.ChannelWatcher;
import jasyncio.net.spi.ChannelWatcher.Direction;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import org.jspecify.annotations.Nullable;

/// The JDK's own channels on a loop: callbacks when they are ready, and reads and writes that wait.
///
/// The channels must be non-blocking (`configureBlocking(false)`). They stay the program's: nothing
/// here closes them. Called on a running loop. A thread with a selector watches them for the loop,
/// so for many connections [Net#createConnection] and [Net#createServer] are the better way.
///
/// Counterpart: `loop.add_reader`, `loop.sock_recv` and their kin.
public final class Sockets {
  private Sockets() {}

  // ---- readiness ----

  /// Calls back, in a turn of its own each time, as long as the channel has something to read: data
  /// or its end, for a listening channel a connection. Replaces an earlier callback. Remove it
  /// before the channel is closed.
  ///
  /// Counterpart: `loop.add_reader`.
  ///
  /// @param channel a non-blocking channel
  /// @param callback what to run, in the context of the caller
  /// @throws IllegalArgumentException if the channel blocks, is closed, or cannot be read
  public static void addReader(SelectableChannel channel, Runnable callback) {
    ChannelWatcher.of(getRunningLoop()).add(channel, Direction.READ, callback);
  }

  /// Calls back no more when the channel has something to read.
  ///
  /// Counterpart: `loop.remove_reader`.
  ///
  /// @param channel the channel
  /// @return whether there was a callback
  public static boolean removeReader(SelectableChannel channel) {
    return ChannelWatcher.of(getRunningLoop()).remove(channel, Direction.READ);
  }

  /// Calls back, in a turn of its own each time, as long as the channel takes data, or when it is
  /// connected. Replaces an earlier callback. Remove it before the channel is closed.
  ///
  /// Counterpart: `loop.add_writer`.
  ///
  /// @param channel a non-blocking channel
  /// @param callback what to run, in the context of the caller
  /// @throws IllegalArgumentException if the channel blocks, is closed, or cannot be written
  public static void addWriter(SelectableChannel channel, Runnable callback) {
    ChannelWatcher.of(getRunningLoop()).add(channel, Direction.WRITE, callback);
  }

  /// Calls back no more when the channel takes data.
  ///
  /// Counterpart: `loop.remove_writer`.
  ///
  /// @param channel the channel
  /// @return whether there was a callback
  public static boolean removeWriter(SelectableChannel channel) {
    return ChannelWatcher.of(getRunningLoop()).remove(channel, Direction.WRITE);
  }

  // ---- reading and writing ----

  /// What is there, at least one byte and at most `most`; nothing at the end.
  ///
  /// Suspends if nothing is there. Cancel-safe. Throws an [java.io.IOException].
  ///
  /// Counterpart: `loop.sock_recv`.
  ///
  /// @param <C> the type of the channel: a socket, or the source of a pipe
  /// @param channel a non-blocking channel
  /// @param most how many bytes at most
  /// @return a coroutine that gives the bytes
  @CheckReturnValue
  public static <C extends SelectableChannel & ReadableByteChannel> Coroutine<byte[]> sockRecv(
      C channel, int most) {
    return RawSockets.recv(channel, most);
  }

  /// Reads into `buffer`, from its position on, which moves.
  ///
  /// Suspends if nothing is there. Cancel-safe. Throws an [java.io.IOException].
  ///
  /// Counterpart: `loop.sock_recv_into`.
  ///
  /// @param <C> the type of the channel
  /// @param channel a non-blocking channel
  /// @param buffer what is filled
  /// @return a coroutine that gives the number of bytes; 0 at the end
  @CheckReturnValue
  public static <C extends SelectableChannel & ReadableByteChannel> Coroutine<Integer> sockRecvInto(
      C channel, ByteBuffer buffer) {
    return RawSockets.recvInto(channel, buffer);
  }

  /// Sends all of `data`. After an error or a cancellation its position tells how much was sent.
  ///
  /// Suspends if the system does not take all. Throws an [java.io.IOException].
  ///
  /// Counterpart: `loop.sock_sendall`.
  ///
  /// @param <C> the type of the channel
  /// @param channel a non-blocking channel
  /// @param data what to send
  /// @return a coroutine without a result
  @CheckReturnValue
  public static <C extends SelectableChannel & WritableByteChannel>
      Coroutine<@Nullable Void> sockSendall(C channel, ByteBuffer data) {
    return RawSockets.sendAll(channel, data);
  }

  /// Connects; a name in the address is looked up.
  ///
  /// Suspends. After a cancellation close the channel. Throws an [java.io.IOException].
  ///
  /// Counterpart: `loop.sock_connect`.
  ///
  /// @param channel a non-blocking channel
  /// @param address where to
  /// @return a coroutine without a result
  @CheckReturnValue
  public static Coroutine<@Nullable Void> sockConnect(
      SocketChannel channel, SocketAddress address) {
    return RawSockets.connect(channel, address);
  }

  /// Accepts a connection.
  ///
  /// Suspends until there is one. Cancel-safe. Throws an [java.io.IOException].
  ///
  /// Counterpart: `loop.sock_accept`, whose address is `getRemoteAddress()` here.
  ///
  /// @param channel a non-blocking channel that is bound
  /// @return a coroutine that gives the connection, non-blocking too
  @CheckReturnValue
  public static Coroutine<SocketChannel> sockAccept(ServerSocketChannel channel) {
    return RawSockets.accept(channel);
  }

  /// Receives a datagram into `buffer`, from its position on, which moves; what does not fit is
  /// lost.
  ///
  /// Suspends until there is one. Cancel-safe. Throws an [java.io.IOException].
  ///
  /// Counterpart: `loop.sock_recvfrom_into`, and `sock_recvfrom`.
  ///
  /// @param channel a non-blocking channel
  /// @param buffer what is filled
  /// @return a coroutine that gives the sender
  @CheckReturnValue
  public static Coroutine<SocketAddress> sockRecvfrom(DatagramChannel channel, ByteBuffer buffer) {
    return RawSockets.receiveFrom(channel, buffer);
  }

  /// Sends a datagram.
  ///
  /// Suspends if the system does not take it at once. Cancel-safe. Throws an [java.io.IOException].
  ///
  /// Counterpart: `loop.sock_sendto`.
  ///
  /// @param channel a non-blocking channel
  /// @param data what remains in it is sent
  /// @param address where to
  /// @return a coroutine that gives the number of bytes
  @CheckReturnValue
  public static Coroutine<Integer> sockSendto(
      DatagramChannel channel, ByteBuffer data, SocketAddress address) {
    return RawSockets.sendTo(channel, data, address);
  }

  /// Sends a part of a file, by the system itself where it can.
  ///
  /// Suspends if the system does not take all at once. The file's position tells afterwards, also
  /// after an error or a cancellation, up to where it was sent. Throws an [java.io.IOException].
  ///
  /// Counterpart: `loop.sock_sendfile`.
  ///
  /// @param channel a non-blocking channel
  /// @param file what to send
  /// @param offset where to begin
  /// @param count how many bytes at most; null for all
  /// @return a coroutine that gives the number of bytes
  @CheckReturnValue
  public static Coroutine<Long> sockSendfile(
      SocketChannel channel, FileChannel file, long offset, @Nullable Long count) {
    return RawSockets.sendFile(channel, file, offset, count);
  }
}
