package jasyncio.net;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import org.jspecify.annotations.Nullable;

/// Makes a stream that can only be read by waiting, such as `System.in`, into a pipe that a loop
/// can watch: a thread of its own copies the one into the other.
final class StreamPump {
  /*
   * The system's pipe between them is the back pressure: the thread waits while it is full. A
   * thread that waits for its input cannot be ended from outside; it ends with the next input, or
   * with the JVM.
   */
  private static final int PIECE = 8 * 1024;

  private final InputStream in;
  private final Pipe pipe;

  /// Volatile: set by the thread, read by the loop when the pipe has ended.
  private volatile @Nullable Throwable failure;

  private StreamPump(InputStream in, Pipe pipe) {
    this.in = in;
    this.pipe = pipe;
  }

  /// Starts to copy.
  static StreamPump start(InputStream in) throws IOException {
    StreamPump pump = new StreamPump(in, Pipe.open());
    Thread.ofPlatform()
        .daemon()
        .name("jasyncio-input")
        .inheritInheritableThreadLocals(false)
        .start(pump::copy);
    return pump;
  }

  private void copy() {
    try (Pipe.SinkChannel sink = pipe.sink()) {
      byte[] piece = new byte[PIECE];
      while (true) {
        int count = read(piece);
        if (count < 0) {
          return;
        }
        ByteBuffer data = ByteBuffer.wrap(piece, 0, count);
        while (data.hasRemaining()) {
          sink.write(data);
        }
      }
    } catch (IOException _) {
      // the loop reads no more, or read() has told why there is no more
    }
  }

  private int read(byte[] piece) {
    try {
      return in.read(piece);
    } catch (IOException | RuntimeException e) {
      failure = e;
      return -1;
    }
  }

  /// Where the loop reads.
  Pipe.SourceChannel source() {
    return pipe.source();
  }

  /// Why there is no more to read; null if the stream has ended.
  @Nullable Throwable failure() {
    return failure;
  }
}
