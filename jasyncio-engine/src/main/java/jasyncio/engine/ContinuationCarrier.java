package jasyncio.engine;

/// Runs the loop on the caller's own thread and mounts JDK continuations on it.
final class ContinuationCarrier extends Carrier {
  private static final int AMPLE_WORDS = 8192;

  final Tenancy tenancy = new Tenancy();

  /// How many words are known to fit on the stack above the loop's top frame; see [StackRoom].
  int roomWords;

  /// Whether the caller of the loop has scoped values bound, which its callbacks see and its tasks
  /// do not.
  private boolean hostIsBound;

  ContinuationCarrier() {}

  @Override
  public void run(Runnable loop) {
    if (thread != null) {
      throw new IllegalStateException("this carrier is already running on " + thread);
    }
    // The caller may hold monitors (a synchronized main, a test framework). A continuation that
    // yields takes every
    // fast-locked monitor of the thread along, those of the caller too, and they would never be
    // released.
    MonitorGuard.inflateHeldMonitors();
    if (MonitorGuard.countFastLocked() != 0) {
      throw new IllegalStateException(
          "cannot run an event loop here: a monitor held by the caller cannot be made safe. Please"
              + " report this; meanwhile"
              + " run the loop outside `synchronized`, or with -Djasyncio.engine=thread");
    }
    Thread me = Thread.currentThread();
    hostIsBound = !Belongings.areUnbound(me);
    thread = me;
    roomWords = 0;
    try {
      loop.run();
    } finally {
      tenancy.end(me);
      thread = null;
    }
  }

  /// Called by the loop's top frame before it resumes somebody who needs so many words.
  void makeSureOfRoom(int words) {
    int ample = Math.max(words, AMPLE_WORDS);
    if (StackRoom.fits(ample)) {
      roomWords = ample; // and the next need not ask
    } else {
      StackRoom.makeSureOf(words);
    }
  }

  @Override
  public Fiber newFiber(Runnable body) {
    return new ContinuationFiber(this, body);
  }

  @Override
  public void close() {}

  @Override
  public boolean fibersShareLoopThread() {
    return true;
  }

  @Override
  public boolean canLendStack() {
    Thread me = thread;
    return me != null && !hostIsBound && Belongings.areUnbound(me);
  }

  @Override
  public boolean enterHost() {
    Thread me = thread;
    return me != null && tenancy.enterHost(me);
  }

  @Override
  public void leaveHost() {
    Thread me = thread;
    if (me != null) {
      tenancy.leaveHost(me);
    }
  }
}
