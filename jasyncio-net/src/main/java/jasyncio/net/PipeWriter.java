package jasyncio.net;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/// The input of a child process, written by a thread of its own, which starts with the first write.
///
/// Everything here runs on the loop, except [#pump()].
final class PipeWriter implements Transport, WriteEnd {
  /*
   * Overview
   *
   *   open ----> closing   close(), writeEof(), or the process has ended: what was written is sent
   *   closing -> lost      the thread has closed the pipe
   *   any -----> lost      abort(), or nobody reads any more
   *
   * The thread writes pieces of at most PIECE bytes and reports each batch, so that the loop knows
   * how much is left. A thread that is stuck in a write ends when the process reads or ends; the
   * stream is closed by nobody else, because that would wait for the write.
   */
  private static final int PIECE = 64 * 1024;
  private static final byte[] END = {};
  private static final int FD = 0;

  private final SubprocessTransport owner;
  private final OutputStream out;

  /// The way of the data from the loop to the thread.
  private final BlockingQueue<byte[]> output = new LinkedBlockingQueue<>();

  private @Nullable Thread thread;

  /// Volatile: set by the loop, read by the thread.
  private volatile boolean aborted;

  private final FlowControl flow = new FlowControl(this);
  private @Nullable LostWrites lostWrites;
  private boolean eofWritten;
  private boolean closing;
  private boolean lost;

  PipeWriter(SubprocessTransport owner, OutputStream out) {
    this.owner = owner;
    this.out = out;
  }

  // ---- the thread ----

  private void pump() {
    Throwable cause = null;
    try {
      writeAll();
    } catch (IOException e) {
      cause = e;
    } catch (InterruptedException _) {
      // aborted by the loop
    } finally {
      Pipes.closeQuietly(out);
    }
    Throwable reason = aborted ? null : cause;
    owner.post(() -> ended(reason));
  }

  private void writeAll() throws IOException, InterruptedException {
    while (!aborted) {
      byte[] next = output.take();
      int written = 0;
      while (next != null && next != END && written < PIECE) {
        out.write(next);
        written += next.length;
        next = written < PIECE ? output.poll() : null;
      }
      out.flush();
      int count = written;
      if (count > 0 && !owner.post(() -> written(count))) {
        return;
      }
      if (next == END) {
        return;
      }
    }
  }

  // ---- the loop ----

  private void written(int count) {
    if (!lost) {
      flow.written(count);
    }
  }

  private void ended(@Nullable Throwable cause) {
    lose(
        cause == null || flow.pending() == 0
            ? null
            : new ConnectionResetError(brokenPipe(cause), null, 0, cause));
  }

  private static String brokenPipe(Throwable cause) {
    String text = String.valueOf(cause.getMessage());
    return text.equals("Stream closed") ? "Broken pipe" : text; // the JDK closed it at the exit
  }

  private void lose(@Nullable Throwable cause) {
    if (!lost) {
      lost = true;
      closing = true;
      flow.dropped(flow.pending());
      output.clear();
      owner.pipeLost(FD, cause);
    }
  }

  @Override
  public void write(byte[] data, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, data.length);
    owner.checkThread("write");
    if (eofWritten) {
      throw new IllegalStateException("Cannot call write() after write_eof()");
    }
    if (length == 0) {
      return;
    }
    if (closing) {
      lostWrites = LostWrites.toPipe(lostWrites, this);
      return;
    }
    for (int at = offset; at < offset + length; at += PIECE) {
      output.add(Arrays.copyOfRange(data, at, Math.min(at + PIECE, offset + length)));
    }
    startThread();
    flow.add(length);
    flow.pauseIfHigh();
  }

  @Override
  public void write(ByteBuffer data) {
    byte[] copy = new byte[data.remaining()];
    data.get(copy);
    write(copy, 0, copy.length);
  }

  private void startThread() {
    if (thread == null) {
      Thread pumping = Pipes.thread(FD, this::pump);
      thread = pumping;
      pumping.start();
    }
  }

  @Override
  public void pauseWriting() {
    owner.pauseWriting();
  }

  @Override
  public void resumeDue() {
    if (flow.takeResume()) {
      owner.resumeWriting();
    }
  }

  @Override
  public FlowControl flow() {
    return flow;
  }

  @Override
  public void writeEof() {
    owner.checkThread("writeEof");
    eofWritten = true;
    finish();
  }

  @Override
  public void close() {
    owner.checkThread("close");
    finish();
  }

  /// Closes the pipe once everything is written.
  private void finish() {
    if (closing) {
      return;
    }
    closing = true;
    if (thread == null) {
      Pipes.closeQuietly(out); // nothing was written, so there is nothing to wait for
      owner.later(() -> lose(null));
    } else {
      output.add(END);
    }
  }

  @Override
  public void abort() {
    owner.checkThread("abort");
    if (!lost) {
      closing = true;
      letGo();
      owner.later(() -> lose(null));
    }
  }

  /// Drops what is not written, and makes the thread end as soon as it is not writing.
  void letGo() {
    aborted = true;
    output.clear();
    if (thread == null) {
      Pipes.closeQuietly(out);
    } else {
      thread.interrupt(); // it may wait for data
    }
  }

  /// The process has ended: there will be no reader.
  void processExited() {
    finish();
  }

  @Override
  public boolean isClosing() {
    return closing;
  }

  // ---- a stream's transport has two directions; nothing comes from this one ----

  @Override
  public boolean isReading() {
    return false;
  }

  @Override
  public void pauseReading() {}

  @Override
  public void resumeReading() {}

  @Override
  public void setProtocol(BaseProtocol protocol) {
    throw Pipes.fixedProtocol();
  }

  @Override
  public BaseProtocol getProtocol() {
    return owner.getProtocol();
  }

  @Override
  public @Nullable Object getExtraInfo(String name) {
    return null;
  }

  @Override
  public String toString() {
    return "<PipeWriter fd="
        + FD
        + (lost ? " closed" : closing ? " closing" : "")
        + " bufsize="
        + flow.pending()
        + ">";
  }
}
