package jasyncio;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The end of a group of loops, on a thread that waits for it: a grace time, then cancellation, and
/// in the end the names of those who held it up.
final class GroupEnd implements Runnable {
  /// How long a loop may take to say what runs on it.
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final List<BackgroundLoop> loops;
  private final Duration grace;
  private final Duration cleanUp;
  private final CompletableFuture<List<String>> heldUp = new CompletableFuture<>();

  /// @param grace how long tasks may take to end by themselves
  /// @param cleanUp how long they may take once they are cancelled
  GroupEnd(List<BackgroundLoop> loops, Duration grace, Duration cleanUp) {
    this.loops = loops;
    this.grace = grace;
    this.cleanUp = cleanUp;
  }

  /// A line for each task that had to be cancelled, and for each that has not ended even so.
  CompletableFuture<List<String>> heldUp() {
    return heldUp;
  }

  @Override
  public void run() {
    try {
      loops.forEach(BackgroundLoop::takeNoMore);
      List<String> lines = new ArrayList<>();
      if (!joined(grace)) {
        for (BackgroundLoop loop : loops) {
          lines.addAll(unfinished(loop, " was cancelled: "));
        }
        loops.forEach(BackgroundLoop::cancelAll);
        if (!joined(cleanUp)) {
          for (BackgroundLoop loop : loops) {
            lines.addAll(unfinished(loop, " was cancelled and has not ended: "));
          }
        }
      }
      heldUp.complete(List.copyOf(lines));
    } catch (Throwable t) {
      heldUp.completeExceptionally(t);
    }
  }

  /// Whether all have ended, within `limit` in all.
  private boolean joined(Duration limit) throws InterruptedException {
    long deadline = System.nanoTime() + Durations.toNanos(limit);
    boolean all = true;
    for (BackgroundLoop loop : loops) {
      all &= loop.join(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
    }
    return all;
  }

  private static List<String> unfinished(BackgroundLoop loop, String what)
      throws InterruptedException, ExecutionException {
    CompletableFuture<List<String>> answer = new CompletableFuture<>();
    boolean asked =
        loop.loop()
            .tryPost(() ->
                answer.complete(
                    loop.others().stream()
                        .map(task -> task.getName() + what + place(task) + ", on " + loop)
                        .toList()));
    if (!asked) {
      return List.of();
    }
    try {
      return answer.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      return loop.join(Duration.ZERO)
          ? List.of()
          : List.of(loop + " does not answer: something blocks its thread");
    }
  }

  private static String place(Task<?> task) {
    for (StackTraceElement frame : task.getStack()) {
      String name = frame.getClassName();
      if (!name.startsWith("jasyncio.") && !name.startsWith("java.") && !name.startsWith("jdk.")) {
        return "it waits at " + frame;
      }
    }
    return "it waits at " + task.getStack().stream().findFirst().map(String::valueOf).orElse("?");
  }
}
