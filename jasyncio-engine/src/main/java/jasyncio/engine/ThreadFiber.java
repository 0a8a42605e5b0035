package jasyncio.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A fiber that is a virtual thread, running only while it holds the carrier's baton.
final class ThreadFiber implements Fiber {
  private static final StackTraceElement[] NO_FRAMES = {};

  /// How many small frames must fit on the stack for a hand-over to begin, some 5 kB: a thread that
  /// is woken half-way, because the waker's stack has ended, never runs again.
  private static final int HAND_OVER_FRAMES = 128;

  private final ThreadCarrier carrier;
  private final Thread thread;
  private boolean started;
  private boolean done;

  /// Who resumed this fiber, and gets the baton back; null while suspended. Volatile for
  /// [#stackTrace()] of other threads.
  private volatile @Nullable Thread resumer;

  ThreadFiber(ThreadCarrier carrier, Runnable body) {
    this.carrier = carrier;
    this.thread =
        Thread.ofVirtual()
            .name("jasyncio-task")
            .inheritInheritableThreadLocals(false)
            .unstarted(() -> runBody(body));
  }

  private void runBody(Runnable body) {
    carrier.awaitBaton(thread);
    try {
      body.run();
    } finally {
      done = true;
      Thread back = resumer;
      resumer = null;
      if (back != null) {
        carrier.leaveTo(back);
      }
    }
  }

  @Override
  public void resume() {
    if (resumer != null) {
      throw new IllegalStateException("this fiber is running already");
    }
    if (done) {
      throw new IllegalStateException("this fiber has ended");
    }
    if (!carrier.isCurrent()) {
      throw new IllegalStateException(
          "a fiber can only be resumed while its loop runs, on the loop's thread, which is "
              + carrier.thread()
              + " and not "
              + Thread.currentThread());
    }
    resumer = Thread.currentThread();
    boolean first = !started;
    started = true;
    try {
      carrier.passTo(thread, first);
    } catch (Throwable refused) {
      resumer = null;
      throw refused;
    }
  }

  /// There is nothing to keep apart: monitors stay with their thread.
  @Override
  public void resumeNested() {
    descend(HAND_OVER_FRAMES); // unlike the loop's top frame, its caller may stand at any depth
    resume();
  }

  @Override
  public void suspend() {
    Thread back = resumer;
    if (Thread.currentThread() != thread || back == null) {
      throw new IllegalStateException("a fiber is suspended by its own body only");
    }
    descend(HAND_OVER_FRAMES);
    resumer = null;
    try {
      carrier.passTo(back, false);
    } catch (Throwable refused) {
      resumer = back;
      throw refused;
    }
  }

  /// Throws StackOverflowError if so many frames do not fit.
  private static int descend(int frames) {
    return frames == 0 ? 0 : descend(frames - 1);
  }

  @Override
  public void suspendBoth() {
    suspend();
  }

  @Override
  public boolean isDone() {
    return done;
  }

  @Override
  public StackTraceElement[] stackTrace() {
    if (resumer != null || !started) {
      return NO_FRAMES;
    }
    StackTraceElement[] frames = thread.getStackTrace();
    int from = -1;
    int to = frames.length;
    for (int i = 0; i < frames.length; i++) {
      if (frames[i].getClassName().equals(ThreadFiber.class.getName())) {
        if (frames[i].getMethodName().startsWith("suspend")) {
          from = i + 1; // everything above is parking
        } else if (to == frames.length) {
          to = i; // runBody and below: the thread's own frames
        }
      }
    }
    // Without a suspension on it, the stack was taken after somebody had resumed the fiber.
    return from >= 0 && from < to ? Arrays.copyOfRange(frames, from, to) : NO_FRAMES;
  }
}
