package jasyncio.engine;

import static jasyncio.engine.Internals.MOUNTED;
import static jasyncio.engine.Internals.TAIL;
import static jasyncio.engine.Internals.U;

import java.util.Arrays;
import jdk.internal.vm.Continuation;
import jdk.internal.vm.ContinuationScope;
import org.jspecify.annotations.Nullable;

/// A fiber that is a JDK continuation, mounted on the loop's own thread.
final class ContinuationFiber extends Continuation implements Fiber {
  /*
   * Overview
   *
   * One scope for all fibers; a fiber resumed by another (an eager task, a generator) is nested in
   * it, and yields to it.
   *
   * What a resume must do besides run():
   *   - swap what the thread's fields hold, scoped values and thread locals, or one task has those
   *     of another, and so has the loop (see Tenancy);
   *   - look at the monitors the fiber carried off when it yields. Found any, it is resumed at once
   *     with a verdict:
   *       POISON   the whole stack below it is left too, so whoever holds the monitor must not: the
   *                await throws, and `synchronized` unwinds;
   *       INFLATE  it was resumed in place, so the monitor may belong to code that runs on: inflate
   *                all, yield again.
   *
   * `mounted` of the superclass doubles as the lock of stackTrace(): run() sets it by
   * compare-and-set before it touches anything, so a reader that holds it keeps the fiber off its
   * stack, and costs the loop nothing when there is none. Readers set it under the monitor of the
   * fiber; a loop that finds it set waits for that monitor, and tries again.
   */
  private static final ContinuationScope SCOPE = new ContinuationScope("jasyncio");
  private static final StackTraceElement[] NO_FRAMES = {};

  private static final byte FINE = 0;
  private static final byte POISON = 1;
  private static final byte INFLATE = 2;

  private final ContinuationCarrier carrier;

  /// The scoped values and thread locals of this fiber while it is not mounted; null for none. It
  /// starts without any, and inherits none.
  private @Nullable Belongings belongings;

  /// The thread that first ran this fiber. Compiled code may cache `Thread.currentThread()` across
  /// a yield, so no other may.
  private @Nullable Thread owner;

  private byte verdict = FINE;

  /// How much room the suspended stack needs, where the JVM would ask for any; see [StackRoom].
  private int neededWords;

  /// Whether it is on the loop's stack. Not `mounted`, which a reader of the stack sets too.
  private boolean running;

  /// Whether the fiber below waits together with this one; see [Fiber#suspendBoth()].
  private boolean both;

  ContinuationFiber(ContinuationCarrier carrier, Runnable body) {
    super(SCOPE, body);
    this.carrier = carrier;
  }

  @Override
  public void resume() {
    if (neededWords > carrier.roomWords) {
      carrier.makeSureOfRoom(neededWords);
    }
    resume(POISON);
  }

  @Override
  public void resumeNested() {
    Thread thread = Thread.currentThread();
    if (carrier.thread != thread) {
      checkResumable(thread);
    }
    if (neededWords != 0) {
      StackRoom.makeSureOf(StackRoom.neededElsewhere(neededWords));
    }
    Tenancy tenancy = carrier.tenancy;
    boolean outerIsHost = tenancy.isHost();
    boolean outerIsMounted = tenancy.isMounted();
    Belongings outers = outerIsMounted ? tenancy.unmount(thread, null) : null;
    try {
      resume(INFLATE);
    } finally {
      tenancy.restore(thread, outerIsHost, outerIsMounted, outers);
    }
  }

  private void resume(byte sentence) {
    Thread thread = Thread.currentThread();
    if (owner != thread || carrier.thread != thread || running || isDone()) {
      checkResumable(thread);
    }
    step(thread);
    while (!isDone()) {
      Object chunk = U.getReference(this, TAIL);
      if (neededWords != 0 || !StackRoom.isSmall(chunk)) {
        neededWords = StackRoom.needed(chunk);
      }
      if (MonitorGuard.carriedOff(chunk) == 0) {
        return;
      }
      if (neededWords != 0) {
        StackRoom.makeSureOf(neededWords);
      }
      verdict = both ? POISON : sentence;
      step(thread);
    }
  }

  private void checkResumable(Thread thread) {
    if (running) {
      throw new IllegalStateException("this fiber is running already");
    }
    if (isDone()) {
      throw new IllegalStateException("this fiber has ended");
    }
    if (carrier.thread != thread) {
      throw new IllegalStateException(
          "a fiber can only be resumed while its loop runs, on the loop's thread, which is "
              + carrier.thread
              + " and not "
              + thread);
    }
    if (owner != null && owner != thread) {
      throw new IllegalStateException(
          "this loop has suspended tasks that belong to "
              + owner
              + ", so it cannot run on "
              + thread
              + ". Run a loop on one thread until its tasks are done");
    }
    owner = thread;
  }

  /// Mounts the fiber once.
  private void step(Thread thread) {
    running = true;
    Tenancy tenancy = carrier.tenancy;
    Belongings mine = belongings;
    tenancy.mount(thread, mine);
    try {
      mountAndRun();
    } finally {
      running = false;
      Belongings kept = tenancy.unmount(thread, mine);
      if (kept != mine) {
        belongings = kept;
      }
    }
  }

  private void mountAndRun() {
    while (true) {
      try {
        run();
        return;
      } catch (IllegalStateException e) { // the body throws nothing, so somebody reads the stack
        synchronized (this) { // and now nobody does
          if (isDone() || U.getBooleanVolatile(this, MOUNTED)) {
            throw e;
          }
        }
      }
    }
  }

  @Override
  public void suspend() {
    suspend(false);
  }

  @Override
  public void suspendBoth() {
    suspend(true);
  }

  private void suspend(boolean together) {
    if (!running || owner != Thread.currentThread()) {
      throw new IllegalStateException("a fiber is suspended by its own body only");
    }
    both = together;
    carrier.tenancy.leaveHost(owner); // where it has lent its stack
    Continuation.yield(SCOPE);
    while (verdict != FINE) {
      byte sentence = verdict;
      verdict = FINE;
      if (sentence == POISON) {
        throw new IllegalStateException(
            "await inside `synchronized`: a task cannot be suspended while it holds a monitor. Use"
                + " jasyncio.sync.Lock, or end the synchronized block before the await");
      }
      MonitorGuard.inflateHeldMonitors();
      Continuation.yield(SCOPE);
    }
  }

  @Override
  protected void onPinned(Continuation.Pinned reason) {
    throw new IllegalStateException(Pinning.describe(reason.toString()));
  }

  @Override
  public synchronized StackTraceElement[] stackTrace() {
    if (!U.compareAndSetBoolean(this, MOUNTED, false, true)) {
      return NO_FRAMES; // running right now, so Thread.getStackTrace of the loop shows it
    }
    try {
      return trim(getStackTrace());
    } finally {
      U.putBooleanVolatile(this, MOUNTED, false);
    }
  }

  /// Drops the frames of the continuation itself, at both ends.
  private static StackTraceElement[] trim(StackTraceElement[] frames) {
    int from = 0;
    int to = frames.length;
    while (from < to && isOwnFrame(frames[from])) {
      from++;
    }
    while (from < to && isOwnFrame(frames[to - 1])) {
      to--;
    }
    return Arrays.copyOfRange(frames, from, to);
  }

  private static boolean isOwnFrame(StackTraceElement frame) {
    String name = frame.getClassName();
    return name.startsWith("jdk.internal.vm.") || name.equals(ContinuationFiber.class.getName());
  }
}
