package jasyncio;

import jasyncio.engine.Carrier;
import jasyncio.engine.Engine;
import jasyncio.spi.Chooser;
import jasyncio.spi.Clock;
import jasyncio.spi.Instrument;
import jasyncio.spi.IoDriver;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// The event loop: runs what is ready, and waits when nothing is.
///
/// Everything here runs on the loop's thread, except [#post(Handle)] and what is marked volatile.
final class Kernel {
  /*
   * Overview
   *
   * A turn: poll the driver (waiting only if nothing is ready), move due timers to the ready queue,
   * run exactly what is ready then. What becomes ready meanwhile waits for the next turn, so that
   * no chain of callbacks can starve sockets and timers.
   *
   * Two callers drive turns:
   *   - loop(), the top frame, which also resumes tasks;
   *   - advanceInPlace(), called by Traps inside a task that is about to wait: it goes on with the
   *     turn right there, and when the next in line is the very task it runs in, the await just
   *     returns, without the price of leaving the stack. Whatever else has to happen, the task
   *     suspends, and loop() does it.
   *
   * CPython: BaseEventLoop._run_once, Lib/asyncio/base_events.py, 3.14. Differences: (1) while work
   * is ready the clock and the driver are looked at now and then only, see Poller; (2) timers of
   * equal deadline run first in, first out.
   */

  /// Debug mode's limit for one step; as CPython's `slow_callback_duration`.
  private static final long DEBUG_BLOCKED_LIMIT_NANOS = 100_000_000;

  final EventLoop loop;
  final ReadyQueue ready = new ReadyQueue();
  final TimerHeap timers = new TimerHeap();
  private final Inbox inbox = new Inbox();
  private final Runnable emptyInbox = () -> inbox.moveTo(ready);
  final LossReports losses = new LossReports();
  final TaskList tasks = new TaskList();

  final GeneratorList generators = new GeneratorList();

  final Clock clock;
  private final Poller poller;
  final Carrier carrier;
  private final @Nullable Chooser chooser;
  private final long blockedLimitNanos;

  /// Volatile: read by any thread that posts.
  private volatile boolean closed;

  /// The thread that polls; with the continuation engine tasks run on it too. Volatile: asked for
  /// by other threads.
  private volatile @Nullable Thread loopThread;

  boolean debug;

  /// Whether each item is timed or shown to an instrument.
  private boolean observed;

  private final @Nullable Instrument instrument;

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

  /// Counts the items run. Plain: the watchdog's thread may see it late.
  private long progress;

  private long turn;
  private int batch;
  private boolean inTurn;

  /// Atomic: asked for by any thread, and of two threads that run the loop one must fail.
  private final AtomicBoolean running = new AtomicBoolean();

  /// The thread that ran the loop last.
  private @Nullable Thread home;

  /// Whether the callback that is next in place of a task has begun, or is still to be run.
  private boolean begun;

  /// Callbacks that could not be run or reported in place of a task for want of stack; linked by
  /// [Handle#below], the newest first.
  private @Nullable Handle stranded;

  /// Tasks that may not have begun or ended properly, for want of stack, the newest first.
  @Nullable Task<?> strandedTasks;

  private boolean stopping;
  private long timerSequence;

  /// What must leave the loop instead of being reported: a [KeyboardInterrupt], or an error of the
  /// driver.
  private @Nullable Throwable fatal;

  Kernel(EventLoop loop, LoopConfig config) {
    this.loop = loop;
    this.clock = config.clock();
    this.chooser = config.chooserOrNull();
    this.instrument = config.instrumentOrNull();
    setDebug(config.debug());
    this.blockedLimitNanos = Durations.toNanos(config.blockedLimit());
    this.carrier = Engine.selected().newCarrier();
    this.poller = new Poller(clock, config.driverOrNull());
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
  void post(Handle handle) {
    if (carrier.isCurrent()) {
      checkOpen();
      ready.add(handle);
      return;
    }
    checkOpen();
    if (inbox.push(handle)) {
      boolean told = false;
      try {
        postWork(emptyInbox);
        told = true;
      } finally {
        if (!told) { // the poster's stack or memory has ended; others go on
          inbox.leaveUnannounced();
        }
      }
    }
  }

  /// Hands work to the driver from any thread; it will be run while polling, so it must be short
  /// and must not await.
  void postWork(Runnable work) {
    checkOpen();
    if (!poller.post(work)) {
      throw new IllegalStateException("Event loop is closed");
    }
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
      throw new IllegalStateException(
          "Non-thread-safe operation invoked on an event loop other than the current one: "
              + operation
              + " on "
              + loop
              + ", which runs on "
              + owner
              + ", was called from "
              + Thread.currentThread()
              + ". From other threads use loop.callSoonThreadsafe(...) or"
              + " runCoroutineThreadsafe(...)");
    }
  }

  /// The time now; timers due until now will run in the next turn.
  long time() {
    return poller.time();
  }

  long turn() {
    return turn;
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
    stopping = true;
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
      carrier.run(() -> loop(base));
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

  private void loop(Context base) {
    begin(base);
    try {
      // The event loop. Tasks are resumed here and nowhere else.
      while (true) {
        if (batch == 0) {
          if (inTurn && stopping) {
            break;
          }
          beginTurn(false);
          continue;
        }
        Object item = takeNext();
        if (observed) {
          runObserved(item);
        } else if (item instanceof Task<?> task) {
          task.step();
        } else {
          run((Handle) item);
        }
      }
    } finally {
      end();
    }
    throwFatal();
  }

  private void throwFatal() {
    Throwable cause = fatal;
    if (cause != null) {
      fatal = null;
      throw Sneaky.rethrow(cause);
    }
  }

  private Object takeNext() {
    Object item = chooser == null ? ready.take() : ready.takeAt(chooser.choose(batch));
    batch--;
    progress++;
    return item;
  }

  private void begin(Context base) {
    RunningKernel.begin(this);
    loopThread = Thread.currentThread();
    context = base;
    batch = 0;
    inTurn = false;
    poller.begin();
  }

  private void end() {
    stopping = false;
    loopThread = null;
    currentTask = null;
    context = Context.ofThread();
    RunningKernel.end(this);
    poller.end();
  }

  /// Goes on with the turn in the place of a task that waits: runs callbacks, and starts new turns,
  /// until the next in line is a task.
  ///
  /// @param self the task that waits, with its stack in place
  /// @return true if it was its own turn that came; false if it must leave its stack, because
  ///   another task is next, or because the loop must stop or wait, which only the top frame does,
  ///   so that a waiting loop has all its tasks suspended
  boolean advanceInPlace(Task<?> self) {
    if (nested || observed || chooser != null) {
      return false; // inside another task's step nothing else may run; debug mode times each item;
      // a chooser is asked once
    }
    try {
      return goOn(self);
    } catch (StackOverflowError e) { // the task stands too deep; the top frame has room
      currentTask = self;
      self.enter();
      return false;
    }
  }

  private boolean goOn(Task<?> self) {
    while (true) {
      if (batch == 0) {
        if (stopping || ready.isEmpty() || !carrier.fibersShareLoopThread()) {
          return false;
        }
        beginTurn(true);
        continue;
      }
      Object next = ready.first();
      if (next == self) {
        takeNext();
        return true;
      }
      if (next instanceof Task) {
        return false;
      }
      runInPlace(self, (Handle) next);
    }
  }

  private void runInPlace(Task<?> self, Handle handle) {
    begun = false;
    boolean taken = false;
    try {
      takeNext();
      taken = true;
      self.leave();
      run(handle);
      self.enter();
    } catch (StackOverflowError e) {
      if (taken && (!begun || handle.failure != null)) {
        handle.below = stranded;
        stranded = handle;
      }
      throw e;
    }
  }

  /// Takes back a wake-up: the task was not allowed to suspend, so it runs on instead of coming up
  /// again.
  void withdraw(Task<?> task) {
    int at = ready.remove(task);
    if (at >= 0 && at < batch) {
      batch--;
    }
  }

  private void beginTurn(boolean inPlace) {
    turn++;
    inTurn = true;
    try {
      if (stranded != null && !inPlace) {
        rescueStranded();
      }
      if (strandedTasks != null && !inPlace) {
        Task.endStranded(this);
      }
      if (instrument != null) {
        instrument.beforeTurn(turn);
      }
      if (ready.isEmpty()) {
        poller.flush();
        losses.sendCollected();
        poller.waitForWork(timers, losses, !stopping && ready.isEmpty());
      } else {
        poller.peek(inPlace);
      }
      if (timers.isMostlyCancelled() && (!inPlace || Poller.hasRoom())) {
        timers.rebuild();
      }
      if (timers.isDue(poller.now()) && (!inPlace || Poller.hasRoom())) {
        timers.moveDue(poller.now(), ready);
      }
      batch = ready.size();
    } catch (StackOverflowError e) {
      if (inPlace) {
        turn--; // the top frame begins it again
        throw e;
      }
      abort(e);
    } catch (Throwable t) {
      abort(t);
    }
  }

  private void run(Handle handle) {
    if (handle.cancelled()) {
      return;
    }
    Object outer = context;
    try {
      if (handle.heldContext() instanceof Context own) {
        own.enter();
      }
    } catch (IllegalStateException e) {
      handle.failure = e;
      handle.report(e);
      return;
    }
    context = handle;
    try {
      begun = true;
      handle.invoke();
    } catch (KeyboardInterrupt e) {
      abort(e);
    } catch (Throwable t) {
      handle.failure = t; // until it has been reported
      handle.report(t);
    } finally {
      context = outer;
      if (handle.heldContext() instanceof Context own) {
        own.leave();
      }
    }
  }

  private void rescueStranded() {
    for (Handle handle = stranded; handle != null; ) {
      Handle next = handle.below;
      handle.below = null;
      stranded = next;
      if (handle.failure == null) {
        ready.add(handle);
      } else {
        handle.report(handle.failure);
      }
      handle = next;
    }
  }

  /// With an instrument, or in debug mode, which says afterwards what took long. The watchdog
  /// speaks up while it goes on.
  private void runObserved(Object item) {
    long start = clock.nanoTime();
    if (item instanceof Task<?> task) {
      if (instrument != null) {
        instrument.beforeStep(task);
      }
      task.step();
      if (instrument != null) {
        instrument.afterStep(task);
      }
    } else {
      run((Handle) item);
    }
    if (debug) {
      loop.reportSlow(item, clock.nanoTime() - start);
    }
  }

  /// Switches debug mode.
  void setDebug(boolean on) {
    debug = on;
    observed = on || instrument != null;
  }

  /// Makes the loop end with `cause` as soon as the running item returns.
  void abort(Throwable cause) {
    fatal = cause;
    stopping = true;
    batch = 0; // what is ready stays so, for the next run
  }

  // ---- what the watchdog asks, from its own thread ----

  long progress() {
    return progress;
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

  /// Puts another driver in the place of the first; what was posted to the old one is not lost.
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
        RunningKernel.adoptThread(outer);
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
    losses.sendCollected();
    losses.sendAll();
    closed = true;
    carrier.run(poller::close); // on the loop's own thread, where sockets are at home
    ready.clear();
    timers.clear();
    carrier.close();
    throwFatal(); // a KeyboardInterrupt of a task that was unwound
  }
}
