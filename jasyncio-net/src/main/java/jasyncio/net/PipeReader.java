package jasyncio.net;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/// The output of a child process, read by a thread of its own.
///
/// Everything here runs on the loop, except [#pump()].
final class PipeReader implements ReadTransport {
  /*
   * Overview
   *
   * Two buffers go round: the thread takes one, fills it and posts it; the loop hands the data on
   * and puts the buffer back. While reading is paused the loop keeps what comes, so the thread
   * stops when it has no buffer left, and in the end the process has to wait. It gets the first two
   * when the protocol has been told of the process.
   *
   * The thread holds the monitor of the JDK's stream until the pipe has ended. When the process
   * exits, the JDK wants that monitor: it would read what the pipe holds at that moment, close it,
   * and so lose what the process's own children still write. So the thread must be there as soon as
   * the process is, and takes the monitor before anything else.
   *
   * Only the thread closes the stream, when it is not reading: a descriptor that is closed under a
   * read may be another file's by then.
   */
  private static final int BUFFERS = 2;
  private static final int FIRST_SIZE = 8 * 1024;

  /// What a pipe of Linux holds.
  private static final int FULL_SIZE = 64 * 1024;

  private static final byte[] NO_BUFFER = {};

  private final SubprocessTransport owner;
  private final int fd;
  private final InputStream in;

  /// The way of the buffers from the loop to the thread.
  private final BlockingQueue<byte[]> free = new LinkedBlockingQueue<>();

  private final Queue<ByteBuffer> arrived = new ArrayDeque<>(BUFFERS);

  /// Volatile: set by the thread itself, interrupted by the loop.
  private volatile @Nullable Thread thread;

  /// Volatile: set by the loop, read by the thread.
  private volatile boolean closing;

  private boolean paused;
  private boolean ended;
  private boolean lost;
  private @Nullable Throwable endedBy;

  PipeReader(SubprocessTransport owner, int fd, InputStream in) {
    this.owner = owner;
    this.fd = fd;
    this.in = in;
  }

  // ---- the thread ----

  /// Reads to the end of the pipe, on a platform thread: a virtual one would keep its carrier, of
  /// which there are not many.
  void pump() {
    thread = Thread.currentThread();
    Throwable cause = null;
    synchronized (in) { // see the overview
      try {
        readAll();
      } catch (IOException e) {
        cause = e;
      } catch (InterruptedException _) {
        // closed by the loop
      } finally {
        Pipes.closeQuietly(in);
      }
    }
    Throwable reason = closing ? null : cause;
    owner.post(() -> ended(reason));
  }

  private void readAll() throws IOException, InterruptedException {
    int size = FIRST_SIZE;
    while (!closing) {
      byte[] buffer = free.take();
      if (buffer.length < size) {
        buffer = new byte[size];
      }
      int length = in.read(buffer);
      if (length < 0) {
        return;
      }
      if (length == size) {
        size = FULL_SIZE;
      }
      ByteBuffer piece = ByteBuffer.wrap(buffer, 0, length);
      if (!owner.post(() -> arrived(piece))) {
        return;
      }
    }
  }

  // ---- the loop ----

  /// Lets the thread read: the protocol has been told of the process.
  void begin() {
    for (int i = 0; i < BUFFERS; i++) {
      free.add(NO_BUFFER);
    }
  }

  private void arrived(ByteBuffer piece) {
    arrived.add(piece);
    deliver();
  }

  private void ended(@Nullable Throwable cause) {
    ended = true;
    endedBy = cause;
    deliver();
  }

  @SuppressWarnings("ByteBufferBackingArray") // our thread has wrapped it
  private void deliver() {
    while (!paused && !closing) {
      ByteBuffer piece = arrived.poll();
      if (piece == null) {
        break;
      }
      try {
        owner.pipeData(fd, piece);
      } finally {
        free.add(piece.array());
      }
    }
    if (ended && (closing || (!paused && arrived.isEmpty()))) {
      lose(endedBy);
    }
  }

  private void lose(@Nullable Throwable cause) {
    if (!lost) {
      lost = true;
      closing = true;
      owner.pipeLost(fd, cause);
    }
  }

  @Override
  public boolean isReading() {
    return !paused && !closing;
  }

  @Override
  public void pauseReading() {
    if (!closing) {
      paused = true;
    }
  }

  @Override
  public void resumeReading() {
    if (paused && !closing) {
      paused = false;
      if (ended || !arrived.isEmpty()) {
        owner.later(this::deliver);
      }
    }
  }

  @Override
  public void close() {
    if (!closing) {
      letGo();
      owner.later(() -> lose(null));
    }
  }

  /// Makes the thread end as soon as it is not reading.
  void letGo() {
    closing = true;
    arrived.clear();
    Thread pumping = thread;
    if (pumping != null) {
      pumping.interrupt(); // it may wait for a buffer
    }
  }

  @Override
  public boolean isClosing() {
    return closing;
  }

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
    return "<PipeReader fd="
        + fd
        + (lost ? " closed" : closing ? " closing" : "")
        + (paused ? " paused" : "")
        + ">";
  }
}
