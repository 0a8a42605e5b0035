package jasyncio.net;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.toThread;

import jasyncio.Coroutine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/// Sends files through transports.
final class Sendfile {
  /// CPython: `SENDFILE_FALLBACK_READBUFFER_SIZE`.
  static final int PIECE = 256 * 1024;

  private Sendfile() {}

  static Coroutine<Long> send(
      Transport transport, FileChannel file, long offset, @Nullable Long count, boolean fallback) {
    return async(() -> {
      checkRange(offset, count);
      if (transport.isClosing()) {
        throw new IllegalStateException("Transport is closing: " + transport);
      }
      if (!(transport instanceof StreamTransport socket)) {
        throw new IllegalStateException("sendfile is not supported for transport " + transport);
      }
      if (!socket.wire().sendsFiles() && !fallback) {
        throw new SendfileNotAvailableError(
            "fallback is disabled and native sendfile is not supported for transport "
                + transport
                + (socket.isEncrypted() ? ", which has to encrypt the file" : ""));
      }
      long end = end(file, offset, count);
      long[] sent = new long[1];
      try {
        if (!socket.wire().sendsFiles()) {
          copy(socket, file, offset, end, sent);
        } else if (end > offset) {
          byTheSystem(socket, file, offset, end - offset);
          sent[0] = end - offset;
        }
      } finally {
        file.position(offset + sent[0]);
      }
      return sent[0];
    });
  }

  /// Sends a part of a file, behind what was written before, without copying it. A cancellation
  /// aborts the connection: nobody could say how much was sent.
  private static void byTheSystem(StreamTransport socket, FileChannel file, long offset, long count)
      throws Throwable {
    socket.flushOutput();
    try {
      await(socket.wire().sendFile(file, offset, count), IOException.class);
    } catch (IOException e) {
      socket.fail(e);
      throw socket.wire().explain(e, socket.peer());
    } catch (Throwable t) {
      socket.abort();
      throw t;
    }
  }

  private static void copy(
      StreamTransport socket, FileChannel file, long offset, long end, long[] sent)
      throws IOException {
    ByteBuffer piece = ByteBuffer.allocate(PIECE);
    while (offset + sent[0] < end) {
      long at = offset + sent[0];
      piece.clear().limit((int) Math.min(PIECE, end - at));
      int read = await(toThread(() -> file.read(piece, at)), IOException.class);
      if (read < 0) {
        return; // it has become shorter
      }
      socket.write(piece.flip());
      socket.awaitRoom();
      sent[0] += read;
    }
  }

  static void checkRange(long offset, @Nullable Long count) {
    if (offset < 0) {
      throw new IllegalArgumentException(
          "offset must be a non-negative integer (got " + offset + ")");
    }
    if (count != null && count <= 0) {
      throw new IllegalArgumentException("count must be a positive integer (got " + count + ")");
    }
  }

  static long end(FileChannel file, long offset, @Nullable Long count) throws IOException {
    long size = file.size();
    return count == null || count > size - offset ? size : offset + count;
  }
}
