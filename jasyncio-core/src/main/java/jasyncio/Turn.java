package jasyncio;

import jasyncio.engine.Carrier;
import jasyncio.spi.Chooser;
import jasyncio.spi.Instrument;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The turns of a loop. In each the driver is polled, timers that are due become ready, and what is
/// ready then runs.
///
/// Everything here runs on the loop's thread; the watchdog's reads [#progress()].
final class Turn {
  /*
   * Overview
   *
   * Two callers drive turns:
   *   - runUntilStopped(), the top frame. It alone resumes tasks, and it alone waits.
   *   - advanceInPlace(), called by Traps inside a task that is about to wait: it goes on with the
   *     turn right there, and when the next in line is the very task it runs in, the await just
   *     returns, without the price of leaving the stack. Whatever else has to happen, the task
   *     suspends, and the top frame does it.
   *
   * CPython: BaseEventLoop._run_once, Lib/asyncio/base_events.py, 3.14. Differences: (1) while work
   * is ready the clock and the driver are looked at now and then only, see Poller; (2) timers of
   * equal deadline run first in, first out.
   */

  private final Kernel kernel;
  private final Carrier carrier;
  private final ReadyQueue ready;
  private final TimerHeap timers;
  private final Poller poller;
  private final StackEnd stackEnd;
  final @Nullable Chooser chooser;
  private final @Nullable Instrument instrument;

  /// Whether each item is timed or shown to an instrument.
  private boolean observed;

  private long number;

  /// How many of the ready items belong to this turn and have not run.
  private int batch;

  /// Counts the items run. Plain: the watchdog's thread may see it late.
  private long progress;

  /// Whether the callback that is next in place of a task has begun, or is still to be run.
  private boolean begun;

  private boolean stopping;

  /// What must leave the loop instead of being reported: a [KeyboardInterrupt], or an error of the
  /// driver.
  private @Nullable Throwable fatal;

  Turn(Kernel kernel, Poller poller, LoopConfig config) {
    this.kernel = kernel;
    this.carrier = kernel.carrier;
    this.ready = kernel.ready;
    this.timers = kernel.timers;
    this.stackEnd = kernel.stackEnd;
    this.poller = poller;
    this.chooser = config.chooserOrNull();
    this.instrument = config.instrumentOrNull();
    this.observed = instrument != null;
  }

  /// The event loop: turn after turn, at least one, until [#stop()].
  void runUntilStopped() {
    batch = 0;
    do {
      begin(false); // 1. to 4.

      // 5. Run the batch, and nothing that becomes ready meanwhile: so no chain of callbacks can
      // starve sockets and timers. Tasks are resumed here and nowhere else.
      while (batch > 0) {
        Object item = takeNext();
        if (observed) {
          runObserved(item);
        } else if (item instanceof Task<?> task) {
          task.step();
        } else {
          run((Handle) item);
        }
      }
    } while (!stopping);
  }

  private void begin(boolean inPlace) {
    number++;
    try {
      // 1. Put right what the end of the stack has cut off.
      if (!inPlace) {
        stackEnd.putRight(kernel);
      }
      if (instrument != null) {
        carrier.enterHost();
        instrument.beforeTurn(number);
      }

      // 2. Poll the driver: wait if nothing is ready; else look in passing, and not in every turn.
      if (ready.isEmpty()) {
        poller.flush();
        kernel.losses.sendCollected(kernel.loop);
        poller.waitForWork(timers, kernel.losses, !stopping && ready.isEmpty());
      } else {
        poller.peek(inPlace);
      }

      // 3. Move the timers that are due behind what is ready.
      if (timers.isMostlyCancelled() && (!inPlace || StackEnd.hasRoom())) {
        timers.rebuild();
      }
      if (timers.isDue(poller.now()) && (!inPlace || StackEnd.hasRoom())) {
        timers.moveDue(poller.now(), ready);
      }

      // 4. What is ready now is the batch.
      batch = ready.size();
    } catch (StackOverflowError e) {
      if (inPlace) {
        number--; // the top frame begins it again
        throw e;
      }
      abort(e);
    } catch (Throwable t) {
      abort(t);
    }
  }

  private Object takeNext() {
    Object item = chooser == null ? ready.take() : takeChosen(chooser);
    batch--;
    progress++;
    return item;
  }

  private Object takeChosen(Chooser chooser) {
    carrier.enterHost();
    return ready.takeChosen(chooser, batch);
  }

  private void run(Handle handle) {
    if (handle.cancelled()) {
      return;
    }
    carrier.enterHost();
    Object outer = kernel.context;
    try {
      if (handle.heldContext() instanceof Context own) {
        own.enter();
      }
    } catch (IllegalStateException e) {
      handle.failure = e;
      handle.report(e);
      return;
    }
    kernel.context = handle;
    try {
      begun = true;
      if (CarriedLocals.areOn()) {
        CarriedLocals.call(handle.heldContext(), () -> invoke(handle));
      } else {
        handle.invoke();
      }
    } catch (KeyboardInterrupt e) {
      abort(e);
    } catch (Throwable t) {
      handle.failure = t; // until it has been reported
      handle.report(t);
    } finally {
      kernel.context = outer;
      if (handle.heldContext() instanceof Context own) {
        own.leave();
      }
    }
  }

  private static @Nullable Void invoke(Handle handle) {
    handle.invoke();
    return null;
  }

  /// With an instrument, or in debug mode, which says afterwards what took long. The watchdog
  /// speaks up while it goes on.
  private void runObserved(Object item) {
    carrier.enterHost();
    long start = kernel.clock.nanoTime();
    if (item instanceof Task<?> task) {
      if (instrument != null) {
        instrument.beforeStep(task);
      }
      task.step();
      carrier.enterHost();
      if (instrument != null) {
        instrument.afterStep(task);
      }
    } else {
      run((Handle) item);
    }
    if (kernel.debug) {
      reportIfSlow(item, kernel.clock.nanoTime() - start);
    }
  }

  private void reportIfSlow(Object item, long nanos) {
    if (nanos >= Durations.toNanos(kernel.loop.getSlowCallbackDuration())) {
      System.getLogger("jasyncio")
          .log(
              System.Logger.Level.WARNING,
              "Executing "
                  + item
                  + " took "
                  + String.format(Locale.ROOT, "%.3f", nanos / 1e9)
                  + " seconds");
    }
  }

  // ---- in place of a task that waits ----

  /// Goes on with the turn in the place of a task that waits: runs callbacks, and begins new turns,
  /// until the next in line is a task.
  ///
  /// @param self the task that waits, with its stack in place
  /// @return true if it was its own turn that came; false if it must leave its stack, because
  ///   another task is next, or because the loop must stop or wait, which only the top frame does,
  ///   so that a waiting loop has all its tasks suspended
  boolean advanceInPlace(Task<?> self) {
    if (kernel.nested || observed || chooser != null) {
      return false; // inside another task's step nothing else may run; debug mode times each item;
      // a chooser is asked once
    }
    try {
      return runUntilTask(self);
    } catch (StackOverflowError e) { // the task stands too deep; the top frame has room
      kernel.currentTask = self; // the field first: the call may fail as well
      self.becomeCurrent();
      return false;
    }
  }

  private boolean runUntilTask(Task<?> self) {
    while (true) {
      if (batch == 0) {
        if (stopping || ready.isEmpty() || !carrier.canLendStack()) {
          return false;
        }
        begin(true);
        continue;
      }
      Object next = ready.first();
      if (next == self) {
        carrier.leaveHost(); // first: where the stack ends, the wake-up must not be taken
        takeNext();
        return true;
      }
      if (next instanceof Task || !carrier.canLendStack()) {
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
      self.ceaseCurrent();
      run(handle);
      self.becomeCurrent();
    } catch (StackOverflowError e) {
      if (taken && (!begun || handle.failure != null)) {
        handle.below = stackEnd.callbacks;
        stackEnd.callbacks = handle;
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

  // ---- the end ----

  /// Makes the loop return when the batch has run.
  void stop() {
    stopping = true;
  }

  /// Makes the loop end with `cause` as soon as the running item returns.
  void abort(Throwable cause) {
    fatal = cause;
    stopping = true;
    batch = 0; // what is ready stays so, for the next run
  }

  /// The loop has stopped, and may run again.
  void end() {
    stopping = false;
  }

  /// Throws what must leave the loop, if anything.
  void throwFatal() {
    Throwable cause = fatal;
    if (cause != null) {
      fatal = null;
      throw Sneaky.rethrow(cause);
    }
  }

  // ---- looking at it ----

  long number() {
    return number;
  }

  long progress() {
    return progress;
  }

  /// Whether each item is to be timed, besides what an instrument wants.
  void setTimed(boolean on) {
    observed = on || instrument != null;
  }
}
