package jasyncio;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Says which tasks hold up a shutdown, when it takes long: those that were cancelled and go on.
/// First after five seconds, then each time twice as long after.
final class ShutdownWatch implements AutoCloseable {
  private static final Duration FIRST = Duration.ofSeconds(5);

  private final EventLoop loop;
  private final List<Task<?>> tasks;
  private Duration waited = FIRST;
  private @Nullable TimerHandle timer;

  private ShutdownWatch(EventLoop loop, List<Task<?>> tasks) {
    this.loop = loop;
    this.tasks = tasks;
  }

  /// Watches `tasks`, which have been cancelled.
  static ShutdownWatch begin(EventLoop loop, List<Task<?>> tasks) {
    ShutdownWatch watch = new ShutdownWatch(loop, tasks);
    watch.schedule(FIRST);
    return watch;
  }

  private void schedule(Duration delay) {
    timer = loop.callLater(delay, (Runnable) this::report, loop.kernel.internalContext);
  }

  private void report() {
    List<TaskSnapshot> standing =
        loop.snapshot().tasks().stream()
            .filter(task -> tasks.stream().anyMatch(each -> each.number() == task.number()))
            .toList();
    if (!standing.isEmpty()) {
      System.getLogger("jasyncio")
          .log(
              System.Logger.Level.WARNING,
              "the shutdown has taken "
                  + Durations.text(waited.toNanos())
                  + ", for "
                  + (standing.size() == 1 ? "a task was" : standing.size() + " tasks were")
                  + " cancelled and not ended. A task must let CancelledError through; see where it"
                  + " stands:"
                  + WhereTasksStand.text(standing));
    }
    Duration delay = waited;
    waited = waited.multipliedBy(2);
    schedule(delay);
  }

  @Override
  public void close() {
    if (timer != null) {
      timer.cancel();
    }
  }
}
