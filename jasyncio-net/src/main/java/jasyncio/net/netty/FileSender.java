package jasyncio.net.netty;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;

import io.netty.channel.ChannelFuture;
import jasyncio.CheckReturnValue;
import jasyncio.Coroutine;
import jasyncio.Future;
import jasyncio.net.ConnectionResetError;
import java.io.IOException;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/// Sends files through connections.
public final class FileSender {
  private FileSender() {}

  /// Sends a part of a file, behind what was written before, without copying it.
  ///
  /// Suspends until the system has taken all of it. A cancellation aborts the connection: nobody
  /// could say how much was sent.
  ///
  /// @param socket the connection, not encrypted
  /// @param file what to send
  /// @param offset where it begins
  /// @param count how many bytes
  /// @return a coroutine without a result
  @CheckReturnValue
  public static Coroutine<@Nullable Void> send(
      SocketTransport socket, FileChannel file, long offset, long count) {
    return async(() -> {
      socket.flushOutput();
      NettyBridge bridge = NettyBridge.of(socket.loop());
      ChannelFuture written = socket.channel().writeAndFlush(new BorrowedFile(file, offset, count));
      try {
        await(bridge.toFuture(written), IOException.class);
      } catch (IOException e) {
        socket.fail(e);
        throw SocketErrors.lost(e, socket.peer(), null);
      } catch (Throwable t) {
        socket.abort();
        throw t;
      }
    });
  }

  /// Waits until there is not too much left to send.
  ///
  /// Suspends while there is. Cancel-safe. Throws a [ConnectionResetError] if the connection ends.
  ///
  /// @param socket the connection
  /// @return a coroutine without a result
  @CheckReturnValue
  public static Coroutine<@Nullable Void> drained(SocketTransport socket) {
    return async(() -> {
      while (socket.isWritingPaused() && !socket.isClosing()) {
        Future<@Nullable Void> woken = socket.loop().createFuture();
        socket.wakeWhenDrained(woken);
        await(woken);
      }
      if (socket.isClosing()) {
        throw new ConnectionResetError(
            "Connection lost", socket.peer().name(), socket.peer().port(), socket.failure());
      }
    });
  }
}
