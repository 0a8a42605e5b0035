package jasyncio;

import jasyncio.engine.Carrier;
import jasyncio.spi.Clock;
import jasyncio.spi.IoDriver;
import org.jspecify.annotations.Nullable;

/// The loop's clock, driver and inbox: how long it waits when nothing is ready, and how often it
/// looks at them while it is busy.
///
/// Everything here runs on the loop's thread, except [#post(Handle)].
final class Poller {
  /// The longest single wait: CPython's, against drivers that overflow.
  private static final long MAX_WAIT_NANOS = 24L * 3600 * 1_000_000_000;

  /// How often a busy loop looks at its sockets: asking costs a system call, and 50 us of delay
  /// cost a peer nothing.
  private static final long PEEK_INTERVAL_NANOS = 50_000;

  /// How many turns may pass without reading the clock, while they are short: reading costs as much
  /// as ten of them.
  private static final int MAX_TURNS_BETWEEN_PEEKS = 16;

  /// Turns are short when those between two readings took less than this together.
  private static final long SHORT_NANOS = 5_000;

  /// How often a waiting loop looks for lost failures that the collector has found, if it watches
  /// any.
  private static final long LOSS_CHECK_NANOS = 1_000_000_000;

  /// Told before the driver runs, which may do so in place of a task.
  private final Carrier carrier;

  private final Clock clock;
  private final Inbox inbox = new Inbox();
  private final ReadyQueue ready;

  /// Volatile: read by any thread that posts. It changes once, when the network is first used.
  private volatile IoDriver driver;

  /// The time as it was read last, by whomever.
  private long now;

  /// When the loop itself read it last: what turns cost is measured from here, and a program that
  /// asks for the time must not make them look short.
  private long lastLook;

  /// When the driver was asked last.
  private long lastPoll;

  private int turnsUntilPeek;
  private int turnsBetweenPeeks = 1;
  private boolean interrupted;

  /// Whether the loop waits in its driver. Plain: the watchdog's thread may see it late.
  private boolean waiting;

  /// @param ready where to put what other threads have posted
  Poller(Carrier carrier, Clock clock, IoDriver.@Nullable Factory factory, ReadyQueue ready) {
    this.carrier = carrier;
    this.clock = clock;
    this.ready = ready;
    this.driver = factory == null ? new ParkDriver() : factory.create(clock, null);
    this.now = clock.nanoTime();
  }

  /// The loop begins to run.
  void begin() {
    turnsUntilPeek = 0;
    now = clock.nanoTime();
    lastLook = now;
  }

  /// The loop has stopped: gives an interrupt back that would have kept it from waiting.
  void end() {
    if (interrupted) {
      interrupted = false;
      Thread.currentThread().interrupt();
    }
  }

  /// The time as it was read last.
  long now() {
    return now;
  }

  /// Reads the time.
  long time() {
    now = clock.nanoTime();
    return now;
  }

  boolean isWaiting() {
    return waiting;
  }

  /// Sends what was written; something may be ready then.
  void flush() {
    carrier.enterHost();
    driver.flush();
  }

  /// Nothing is ready: waits for a post, a socket or the next timer.
  ///
  /// @param mayWait whether to wait at all; the loop may be about to stop
  void waitForWork(TimerHeap timers, LossReports losses, boolean mayWait) {
    if (Thread.interrupted()) {
      interrupted = true; // an interrupted thread cannot wait; given back when the loop ends
    }
    long wait = mayWait ? longestWait(timers, losses) : IoDriver.NO_WAIT;
    waiting = true;
    try {
      carrier.enterHost();
      driver.poll(wait, inbox);
    } finally {
      waiting = false;
    }
    inbox.moveTo(ready);
    now = clock.nanoTime();
    lastLook = now;
    lastPoll = now;
  }

  private long longestWait(TimerHeap timers, LossReports losses) {
    long wait = timers.nanosUntilNext(timers.isEmpty() ? now : clock.nanoTime());
    if (wait != Long.MAX_VALUE) {
      return Math.min(wait, MAX_WAIT_NANOS);
    }
    return losses.isEmpty() || clock != LoopConfig.SYSTEM_CLOCK
        ? IoDriver.FOREVER
        : LOSS_CHECK_NANOS;
  }

  /// Work is ready: looks at the clock now and then, and at the driver if that is some time ago.
  ///
  /// @param inPlace whether this is a task's stack, which may have no room for a driver
  void peek(boolean inPlace) {
    if (!inbox.isEmpty() && (!inPlace || StackEnd.hasRoom())) {
      inbox.moveTo(ready);
    }
    if (--turnsUntilPeek > 0) {
      return;
    }
    now = clock.nanoTime();
    turnsBetweenPeeks =
        now - lastLook < SHORT_NANOS ? Math.min(turnsBetweenPeeks * 2, MAX_TURNS_BETWEEN_PEEKS) : 1;
    turnsUntilPeek = turnsBetweenPeeks;
    lastLook = now;
    if (now - lastPoll >= PEEK_INTERVAL_NANOS && (!inPlace || StackEnd.hasRoom())) {
      lastPoll = now;
      carrier.enterHost();
      driver.poll(IoDriver.NO_WAIT, inbox);
    }
  }

  /// Hands a callback to the loop, from any thread, and wakes the loop if it may wait.
  ///
  /// @return false if the loop is closed
  boolean post(Handle handle) {
    Inbox.Pushed pushed = inbox.push(handle);
    if (pushed == Inbox.Pushed.FIRST) {
      boolean told = false;
      try {
        driver.wake();
        told = true;
      } finally {
        if (!told) { // the poster's stack or memory has ended; others go on
          inbox.leaveUnannounced();
        }
      }
    }
    return pushed != Inbox.Pushed.CLOSED;
  }

  IoDriver driver() {
    return driver;
  }

  /// Puts another driver in the place of the first.
  void replace(IoDriver.Factory factory, @Nullable Thread loopThread) {
    IoDriver old = driver;
    driver = factory.create(clock, loopThread);
    old.close();
  }

  void close() {
    inbox.close();
    driver.close();
  }
}
