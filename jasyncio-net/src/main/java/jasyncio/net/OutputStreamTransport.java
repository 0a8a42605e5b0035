package jasyncio.net;

import jasyncio.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Writes to a stream that makes whoever writes wait, such as `System.out`, on a thread of its own.
///
/// Everything here runs on the loop, but for what is marked.
final class OutputStreamTransport extends PipeTransport implements WriteEnd {
  /*
   * Overview
   *
   *   open ----> closing   close(): what was written is written, then the stream is closed
   *   closing -> lost      the thread has closed the stream
   *   any -----> lost      abort(), or the stream has failed; the thread closes the stream
   *
   * The executor has one thread at most, which ends when there has been nothing to write for a
   * moment: so a transport that is forgotten leaves no thread behind. It is no daemon, so that the
   * JVM does not end before what was written is out. Only that thread uses the stream, because even
   * to close it may have to wait. One that is stuck in a write is interrupted by abort(); a stream
   * that takes no notice keeps it until the write is done.
   */
  private static final int PIECE = 64 * 1024;
  private static final long IDLE_MILLIS = 100;

  private final OutputStream out;
  private final Context context = Context.copyOfCurrent();
  private final ThreadPoolExecutor writer =
      new ThreadPoolExecutor(
          0,
          1,
          IDLE_MILLIS,
          TimeUnit.MILLISECONDS,
          new LinkedBlockingQueue<>(),
          Thread.ofPlatform()
              .daemon(false)
              .name("jasyncio-output")
              .inheritInheritableThreadLocals(false)
              .factory());

  private final FlowControl flow = new FlowControl(this);
  private @Nullable LostWrites lostWrites;

  /// Volatile: set by the thread while it writes, interrupted by the loop.
  private volatile @Nullable Thread writing;

  /// Volatile: set by the loop, read by the thread.
  private volatile boolean dropped;

  /// Volatile: set by the thread, read by the loop.
  private volatile boolean finished;

  /// The thread's own: what the stream has taken and the loop does not know of.
  private int unreported;

  /// The thread's own.
  private boolean failed;

  OutputStreamTransport(OutputStream out, ConnectionProtocol protocol) {
    super(protocol);
    this.out = out;
  }

  /// Writes to `stream`, and tells the protocol; in the current task.
  static <P extends ConnectionProtocol> Endpoint<Transport, P> open(
      Supplier<P> factory, OutputStream stream) {
    P protocol = factory.get();
    return begin(new OutputStreamTransport(stream, protocol), protocol);
  }

  // ---- the thread ----

  private void writeOut(byte[] piece) {
    if (dropped || failed) {
      return;
    }
    writing = Thread.currentThread();
    try {
      out.write(piece);
      unreported += piece.length;
      if (writer.getQueue().isEmpty() || unreported >= PIECE) {
        flush();
        int count = unreported;
        unreported = 0;
        post(() -> written(count));
      }
    } catch (IOException | RuntimeException e) {
      failed = true;
      post(() -> end(e));
    } finally {
      writing = null;
    }
  }

  private void flush() throws IOException {
    out.flush();
    if (out instanceof PrintStream print && print.checkError()) {
      throw new IOException("the stream has failed; a PrintStream does not say why");
    }
  }

  private void finish() {
    if (finished) {
      return;
    }
    finished = true;
    Throwable cause = null;
    try (OutputStream _ = isShared() ? OutputStream.nullOutputStream() : out) {
      if (!failed) {
        flush();
      }
    } catch (IOException | RuntimeException e) {
      cause = e;
    }
    Throwable reason = cause;
    post(() -> end(reason));
  }

  /// The rest of the program writes to those too.
  private boolean isShared() {
    return out == System.out || out == System.err;
  }

  private void post(Runnable work) {
    loop.tryPost(work, context);
  }

  // ---- the loop ----

  private void written(int count) {
    if (!dropped) {
      flow.written(count);
    }
  }

  @Override
  public void resumeDue() {
    tellResumed(flow);
  }

  @Override
  public FlowControl flow() {
    return flow;
  }

  @Override
  public void write(ByteBuffer data) {
    checkThread("write");
    if (closing) {
      data.position(data.limit());
      lostWrites = LostWrites.toPipe(lostWrites, this);
      return;
    }
    int length = data.remaining();
    while (data.hasRemaining()) {
      byte[] piece = new byte[Math.min(data.remaining(), PIECE)];
      data.get(piece);
      writer.execute(() -> writeOut(piece));
    }
    flow.add(length);
    flow.pauseIfHigh();
  }

  @Override
  public void close() {
    checkThread("close");
    if (!closing) {
      closing = true;
      writer.execute(this::finish);
    }
  }

  @Override
  void release(Runnable then) {
    dropped = true;
    flow.dropped(flow.pending());
    if (!finished) {
      writer.getQueue().clear();
      Thread stuck = writing;
      if (stuck != null) {
        stuck.interrupt();
      }
      writer.execute(this::finish);
    }
    writer.shutdown();
    loop.callSoon(then);
  }

  @Override
  Object pipe() {
    return out;
  }
}
