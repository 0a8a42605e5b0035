package jasyncio.engine;

import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Runs the loop and each fiber on a virtual thread of its own; exactly one of them holds the
/// baton.
final class ThreadCarrier extends Carrier {
  /*
   * Overview
   *
   *   settled: `baton` is the thread that may run
   *   offered: `baton` is an Offer; its receiver has been woken, and takes it when it comes up
   *
   * A virtual thread with a deep stack may fail to park, with a StackOverflowError: freezing
   * interpreted frames takes native stack for each of them, so this happens long before the stack
   * is full. If the receiver has not come up yet, as on a single carrier thread it never has, the
   * giver takes its offer back, and the suspension fails as if it had never begun. Otherwise it is
   * too late for that, and the giver waits without parking, which costs a processor but no task.
   */

  /// Who may run: a Thread, or an Offer. Atomic: it is the hand-over itself, and orders everything
  /// the loop's code wrote before it.
  private final AtomicReference<@Nullable Object> baton = new AtomicReference<>();

  /// The virtual thread that runs the loop for callers on platform threads; one for the carrier's
  /// life, since drivers and tasks belong to their thread.
  private @Nullable LoopThread home;

  /// A hand-over that the giver can still take back.
  private record Offer(Thread giver, Thread receiver) {}

  ThreadCarrier() {}

  @Override
  public void run(Runnable loop) {
    if (thread != null) {
      throw new IllegalStateException("this carrier is already running on " + thread);
    }
    if (Thread.currentThread().isVirtual()) {
      runHere(loop);
      return;
    }
    // A hand-over between a platform and a virtual thread takes 23 us, between two virtual ones 0.5
    // us.
    if (home == null) {
      home = new LoopThread();
    }
    home.run(() -> runHere(loop));
  }

  private void runHere(Runnable loop) {
    Thread me = Thread.currentThread();
    thread = me;
    baton.set(me);
    try {
      loop.run();
    } finally {
      baton.set(null);
      thread = null;
    }
  }

  /// Lets `next` run and waits until the baton comes back to the caller.
  ///
  /// @throws StackOverflowError if the caller's stack cannot be parked; then nothing has happened
  void passTo(Thread next, boolean start) {
    Thread me = Thread.currentThread();
    Offer offer = new Offer(me, next);
    baton.set(offer);
    try {
      if (start) {
        next.start();
      } else {
        LockSupport.unpark(next);
      }
      awaitBaton(me);
    } catch (StackOverflowError e) {
      if (baton.compareAndSet(offer, me)) {
        throw e;
      }
      awaitWithoutParking(me);
    }
  }

  /// Lets `next` run; for a thread that ends.
  void leaveTo(Thread next) {
    baton.set(next);
    LockSupport.unpark(next);
  }

  /// Waits until the baton comes to the caller; at the start of a fiber's thread, too.
  void awaitBaton(Thread me) {
    boolean interrupted = false;
    while (!take(me)) {
      LockSupport.park(this); // a permit may be stale, so always look again
      interrupted |= Thread.interrupted(); // an interrupted thread does not park
    }
    thread = me;
    if (interrupted) {
      me.interrupt();
    }
  }

  private void awaitWithoutParking(Thread me) {
    while (!take(me)) {
      Thread.onSpinWait();
    }
    thread = me;
  }

  private boolean take(Thread me) {
    Object now = baton.get();
    return now == me
        || (now instanceof Offer offer && offer.receiver == me && baton.compareAndSet(offer, me));
  }

  @Override
  public Fiber newFiber(Runnable body) {
    return new ThreadFiber(this, body);
  }

  @Override
  public void close() {
    if (home != null) {
      home.close();
      home = null;
    }
  }

  @Override
  public boolean fibersShareLoopThread() {
    return false;
  }

  /// What a task has set or bound cannot be kept from code on its thread.
  @Override
  public boolean canLendStack() {
    return false;
  }

  @Override
  public boolean enterHost() {
    return false;
  }

  @Override
  public void leaveHost() {}
}
