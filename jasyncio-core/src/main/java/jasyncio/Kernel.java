package jasyncio;

import jasyncio.engine.Carrier;
import jasyncio.engine.Engine;
import jasyncio.spi.Clock;
import jasyncio.spi.IoDriver;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// The kernel of an event loop: takes what is to run, and holds what all of the loop shares.
///
/// Everything here runs on the loop's thread, except [#tryPost(Handle)] and what is marked
/// volatile.
final class Kernel {
  /*
   * Overview
   *
   * What a loop is made of, and its life: made, run and stopped any number of times, closed. What
   * it does while it runs is in Turn; how it waits, in Poller; what becomes of code that met the
   * end of the stack, in StackEnd.
   */

  /// Debug mode's limit for one step; as CPython's `slow_callback_duration`.
  private static final long DEBUG_BLOCKED_LIMIT_NANOS = 100_000_000;

  final EventLoop loop;
  final ReadyQueue ready = new ReadyQueue();
  final TimerHeap timers = new TimerHeap();
  final StackEnd stackEnd = new StackEnd();
  final LossReports losses = new LossReports();
  final TaskList tasks = new TaskList();

  final GeneratorList generators = new GeneratorList();

  final Clock clock;
  private final Poller poller;
  final Turn turn;
  final Carrier carrier;
  private final long blockedLimitNanos;

  /// Volatile: read by any thread that posts.
  private volatile boolean closed;

  /// The thread that polls; with the continuation engine tasks run on it too. Volatile: asked for
  /// by other threads.
  private volatile @Nullable Thread loopThread;

  boolean debug;

  /// Null unless in debug mode.
  @Nullable HeldMonitors heldMonitors;

  /// The task that runs right now; null in a callback and between tasks.
  @Nullable Task<?> currentTask;

  /// The callback that runs right now, for its context, or the [Context] it has entered; between
  /// callbacks, that of whoever runs the loop. A task has its own.
  Object context = Context.ofThread();

  /// The context of the library's own callbacks.
  final Context internalContext = new Context();

  /// Whether a task runs inside another one's step (an eager start): then nothing else may run
  /// before it returns.
  boolean nested;

  /// Atomic: asked for by any thread, and of two threads that run the loop one must fail.
  private final AtomicBoolean running = new AtomicBoolean();

  /// The thread that ran the loop last.
  private @Nullable Thread home;

  private long timerSequence;

  Kernel(EventLoop loop, LoopConfig config) {
    Preload.run();
    this.loop = loop;
    this.clock = config.clock();
    this.blockedLimitNanos = Durations.toNanos(config.blockedLimit());
    this.carrier = Engine.selected().newCarrier();
    this.poller = new Poller(carrier, clock, config.driverOrNull(), ready);
    this.turn = new Turn(this, poller, config);
    setDebug(config.debug());
  }

  /// The context of the running code, or the entries to make one of.
  Object heldContext() {
    Task<?> task = currentTask;
    if (task != null) {
      return task.heldContext();
    }
    return context instanceof Handle handle ? handle.heldContext() : context;
  }

  Context currentContext() {
    Task<?> task = currentTask;
    if (task != null) {
      return task.activeContext();
    }
    return context instanceof Handle handle ? handle.getContext() : (Context) context;
  }

  // ---- scheduling ----

  void callSoon(Handle handle) {
    checkThread("callSoon");
    ready.add(handle);
  }

  /// A wake-up of a task: no handle, no context to copy.
  void wake(Task<?> task) {
    ready.add(task);
  }

  TimerHandle callAt(long when, Runnable callback, Object context) {
    checkThread("callAt");
    TimerHandle timer = new TimerHandle(this, callback, context, when, timerSequence++);
    timers.add(timer);
    return timer;
  }

  /// Schedules from any thread.
  ///
  /// @return false if the loop has been closed
  boolean tryPost(Handle handle) {
    if (closed) {
      return false;
    }
    if (carrier.isCurrent()) {
      ready.add(handle);
      return true;
    }
    return poller.post(handle);
  }

  void checkOpen() {
    if (closed) {
      throw new IllegalStateException("Event loop is closed");
    }
  }

  /// The loop's own methods belong to its thread; before it runs and after, to whoever sets it up.
  void checkThread(String operation) {
    checkOpen();
    Thread owner = carrier.thread();
    if (owner != null && owner != Thread.currentThread()) {
      throw WrongThread.error(loop, loop, operation, owner);
    }
  }

  /// The same for those who read what the loop changes.
  void checkReader(String operation) {
    Thread owner = carrier.thread();
    if (owner != null && owner != Thread.currentThread()) {
      throw WrongThread.ofReader(loop, operation, owner);
    }
  }

  /// The time now; timers due until now will run in the next turn.
  long time() {
    return poller.time();
  }

  // ---- running ----

  boolean isRunning() {
    return running.get();
  }

  @Nullable Thread loopThread() {
    return loopThread;
  }

  boolean isClosed() {
    return closed;
  }

  void stop() {
    checkThread("stop");
    turn.stop();
  }

  /// Runs until [#stop()].
  void run() {
    checkOpen();
    if (running.get()) {
      throw new IllegalStateException("This event loop is already running");
    }
    Kernel other = RunningKernel.orNull();
    if (other != null) {
      throw new IllegalStateException(
          "Cannot run the event loop while another loop is running: "
              + other.loop
              + " runs on "
              + Thread.currentThread()
              + ". Await instead of run inside a task, or start the other loop in a thread of its"
              + " own");
    }
    if (!running.compareAndSet(false, true)) {
      throw new IllegalStateException("This event loop is already running");
    }
    try {
      checkHome();
      Context base = Context.ofThread();
      Watchdog.watch(this);
      carrier.run(() -> runOn(base));
    } finally {
      running.set(false);
      Watchdog.unwatch(this);
    }
  }

  /// Suspended tasks of the continuation engine go on where they began or not at all. Found out
  /// before anything runs, so that nothing is lost.
  private void checkHome() {
    Thread caller = Thread.currentThread();
    if (home != null
        && home != caller
        && carrier.fibersShareLoopThread()
        && (tasks.anyStarted() || generators.anyOpen())) {
      throw new IllegalStateException(
          loop
              + " has suspended tasks that belong to "
              + home
              + ", so it cannot run on "
              + caller
              + ". Run a loop on one thread until its tasks are done");
    }
    home = caller;
  }

  private void runOn(Context base) {
    begin(base);
    try {
      turn.runUntilStopped();
    } finally {
      end();
    }
    turn.throwFatal();
  }

  private void begin(Context base) {
    RunningKernel.begin(this);
    loopThread = Thread.currentThread();
    context = base;
    poller.begin();
  }

  private void end() {
    carrier.enterHost();
    turn.end();
    loopThread = null;
    currentTask = null;
    context = Context.ofThread();
    RunningKernel.end(this);
    poller.end();
  }

  /// Switches debug mode.
  void setDebug(boolean on) {
    debug = on;
    heldMonitors = on ? new HeldMonitors() : null;
    turn.setTimed(on);
  }

  /// Whether the thread that runs the loop, or waits for it, is one that the JVM does not wait for.
  boolean isHomeDaemon() {
    Thread mine = home;
    return mine != null && mine.isDaemon();
  }

  // ---- what the watchdog asks, from its own thread ----

  long progress() {
    return turn.progress();
  }

  boolean isWaiting() {
    return poller.isWaiting();
  }

  long blockedLimitNanos() {
    return debug ? Math.min(blockedLimitNanos, DEBUG_BLOCKED_LIMIT_NANOS) : blockedLimitNanos;
  }

  // ---- the driver and the end ----

  IoDriver driver() {
    return poller.driver();
  }

  /// The driver, which is of that type, or of this loop's own kind and then replaced.
  <D extends IoDriver> D driver(Class<D> type, IoDriver.Factory factory) {
    if (driver() instanceof ParkDriver) {
      replaceDriver(factory);
    }
    IoDriver current = driver();
    if (!type.isInstance(current)) {
      throw new IllegalStateException(
          "this needs a loop on "
              + type.getSimpleName()
              + ", but "
              + loop
              + " runs on "
              + current.getClass().getName()
              + ". A loop on virtual time has no network; use a simulated one or a loop on real"
              + " time");
    }
    return type.cast(current);
  }

  /// Puts another driver in the place of the first.
  void replaceDriver(IoDriver.Factory factory) {
    checkThread("driver");
    poller.replace(factory, loopThread);
  }

  /// Unwinds what is suspended, as code of this loop, even if it is closed by code of another.
  private void unwindAll() {
    Kernel outer = RunningKernel.ofThread();
    begin(Context.ofThread());
    try {
      tasks.unwindAll(this);
      for (AsyncGenerator<?> generator : generators.takeAll()) {
        if (generator != null) {
          Task.unwind(this, generator.aclose());
        }
      }
    } finally {
      end();
      if (outer != null) {
        RunningKernel.begin(outer);
      }
    }
  }

  void close() {
    if (running.get()) {
      throw new IllegalStateException("Cannot close a running event loop");
    }
    if (closed) {
      return;
    }
    if (!tasks.isEmpty() || generators.anyOpen()) {
      carrier.run(this::unwindAll);
    }
    losses.sendCollected(loop);
    losses.sendAll(loop);
    closed = true;
    carrier.run(poller::close); // on the loop's own thread, where sockets are at home
    ready.clear();
    timers.clear();
    carrier.close();
    turn.throwFatal(); // a KeyboardInterrupt of a task that was unwound
  }
}
