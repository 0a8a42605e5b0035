package jasyncio;

import jasyncio.engine.Engine;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Takes a [Snapshot] of a loop, from any thread.
final class SnapshotTaker {
  /*
   * Overview
   *
   * What a loop changes only the loop can read, so it is asked. One that does not answer is held by
   * a step of its own; that step changes nothing most of the time, and then the fields can be read
   * from outside. Whether anything has changed is seen by what changes with it: the items run, the
   * turns begun, the tasks made and ended, what is ready and the timers. If so, what was read is
   * thrown away.
   */
  private static final long ANSWER_MILLIS = 200;
  private static final int ATTEMPTS = 5;

  private final Kernel kernel;
  private final int mostFrames;
  private final Snapshot.State state;

  SnapshotTaker(EventLoop loop, int mostFrames) {
    if (mostFrames < 0) {
      throw new IllegalArgumentException("frames must not be negative: " + mostFrames);
    }
    this.kernel = loop.kernel;
    this.mostFrames = mostFrames;
    this.state = stateOf(kernel);
  }

  private static Snapshot.State stateOf(Kernel kernel) {
    if (kernel.isClosed()) {
      return Snapshot.State.CLOSED;
    }
    if (!kernel.isRunning()) {
      return Snapshot.State.IDLE;
    }
    return kernel.isWaiting() ? Snapshot.State.WAITING : Snapshot.State.BUSY;
  }

  Snapshot take() {
    if (kernel.carrier.isCurrent()) {
      return read(Snapshot.Reading.ANSWERED);
    }
    Snapshot answer = kernel.isRunning() ? ask() : null;
    return answer == null ? readFromOutside() : answer;
  }

  private @Nullable Snapshot ask() {
    CompletableFuture<Snapshot> answer = new CompletableFuture<>();
    Handle question =
        new ThreadsafeHandle(
            kernel,
            () -> {
              try {
                answer.complete(read(Snapshot.Reading.ANSWERED));
              } catch (Throwable t) {
                answer.completeExceptionally(t);
              }
            },
            kernel.internalContext);
    if (!kernel.tryPost(question)) {
      return null;
    }
    try {
      return answer.get(ANSWER_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      question.cancel(); // returns when it is over, if it runs just now
      return answer.getNow(null);
    } catch (ExecutionException e) {
      throw Sneaky.rethrow(e.getCause() == null ? e : e.getCause());
    } catch (InterruptedException e) { // who is in a hurry gets what can be had at once
      question.cancel();
      Thread.currentThread().interrupt();
      return answer.getNow(null);
    }
  }

  private Snapshot readFromOutside() {
    Snapshot last = null;
    for (int i = 0; i < ATTEMPTS; i++) {
      List<Long> before = mark();
      try {
        last = read(Snapshot.Reading.FROM_OUTSIDE);
        if (before.equals(mark())) {
          return last;
        }
      } catch (RuntimeException e) {
        // a list that changed while it was read; so the loop goes on
      }
    }
    return last == null
        ? new Snapshot(
            kernel.loop.toString(),
            engine(),
            driver(),
            state,
            Snapshot.Reading.INCOMPLETE,
            kernel.turn.number(),
            0,
            0,
            null,
            List.of(),
            List.of())
        : incomplete(last);
  }

  /// What changes when the loop changes anything.
  private List<Long> mark() {
    return List.of(
        kernel.progress(),
        kernel.turn.number(),
        kernel.tasks.created(),
        (long) kernel.tasks.count.get(),
        (long) kernel.ready.size(),
        (long) kernel.timers.size());
  }

  private static Snapshot incomplete(Snapshot s) {
    return new Snapshot(
        s.loop(),
        s.engine(),
        s.driver(),
        s.state(),
        Snapshot.Reading.INCOMPLETE,
        s.turn(),
        s.readyCount(),
        s.timerCount(),
        s.currentTask(),
        s.stack(),
        s.tasks());
  }

  private static String engine() {
    return Engine.selected().name();
  }

  private String driver() {
    return kernel.driver().getClass().getSimpleName();
  }

  private Snapshot read(Snapshot.Reading reading) {
    List<Task<?>> tasks = unfinished();
    Task<?> current = kernel.currentTask;
    return new Snapshot(
        kernel.loop.toString(),
        engine(),
        driver(),
        state,
        reading,
        kernel.turn.number(),
        kernel.ready.size(),
        kernel.timers.size(),
        current == null ? null : current.number(),
        reading == Snapshot.Reading.ANSWERED ? List.of() : stackOfTheLoop(),
        describe(tasks, current));
  }

  private List<Task<?>> unfinished() {
    List<Task<?>> tasks = new ArrayList<>();
    long most =
        kernel.tasks.created(); // the list may change under us, but has no end only if we err
    for (Task<?> task = kernel.tasks.oldest(); task != null; task = task.youngerTask) {
      if (tasks.size() == most) {
        break;
      }
      if (!task.done()) {
        tasks.add(task);
      }
    }
    return tasks;
  }

  private List<StackTraceElement> stackOfTheLoop() {
    Thread thread = kernel.carrier.thread();
    return thread == null ? List.of() : limited(StackFrames.trim(thread.getStackTrace()));
  }

  private List<StackTraceElement> limited(List<StackTraceElement> frames) {
    return List.copyOf(frames.subList(0, Math.min(mostFrames, frames.size())));
  }

  private List<TaskSnapshot> describe(List<Task<?>> tasks, @Nullable Task<?> current) {
    Map<Task<?>, List<Long>> awaited = new HashMap<>();
    for (Task<?> task : tasks) {
      for (Future<?> waiter : task.awaitedBy()) {
        if (waiter instanceof Task<?> other) {
          awaited.computeIfAbsent(other, _ -> new ArrayList<>(2)).add(task.number());
        }
      }
    }
    List<TaskSnapshot> described = new ArrayList<>(tasks.size());
    for (Task<?> task : tasks) {
      described.add(describe(task, task == current, awaited.getOrDefault(task, List.of())));
    }
    return List.copyOf(described);
  }

  private TaskSnapshot describe(Task<?> task, boolean runs, List<Long> awaits) {
    Future<?> future = task.waitingFor;
    boolean waits = !runs && future != null && !future.done();
    return new TaskSnapshot(
        task.number(),
        task.getName(),
        runs
            ? TaskSnapshot.State.RUNNING
            : waits
                ? TaskSnapshot.State.WAITING
                : task.hasBegun() ? TaskSnapshot.State.READY : TaskSnapshot.State.NEW,
        task.cancelling(),
        waits && future != null ? future.kind() : null,
        List.copyOf(awaits),
        numbersOf(task.awaitedBy()),
        mostFrames == 0 ? List.of() : limited(task.getStack()));
  }

  private static List<Long> numbersOf(List<Future<?>> waiters) {
    List<Long> numbers = new ArrayList<>(waiters.size());
    for (Future<?> waiter : waiters) {
      if (waiter instanceof Task<?> task) {
        numbers.add(task.number());
      }
    }
    return List.copyOf(numbers);
  }
}
