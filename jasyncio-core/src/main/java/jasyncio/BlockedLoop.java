package jasyncio;

import jasyncio.engine.Traces;
import java.time.Duration;
import java.util.List;

/// What the watchdog saw: one step of a loop that holds its thread for too long, so that nothing
/// else can run.
///
/// @param loop the loop that is held up
/// @param culprit the name of the task, or `a callback`
/// @param duration how long it has been going on, or went on
/// @param stack what the loop's thread was doing, innermost frame first; empty when it has ended
/// @param waitsForMonitor whether the thread waits to enter a `synchronized` block; with the thread
///   engine the owner may be a suspended task, and then this will never end
/// @param ended whether the loop runs again
public record BlockedLoop(
    EventLoop loop,
    String culprit,
    Duration duration,
    List<StackTraceElement> stack,
    boolean waitsForMonitor,
    boolean ended) {

  /// Is told by the watchdog; see [EventLoop#setBlockedLoopHandler].
  @FunctionalInterface
  public interface Handler {
    /// Called on the watchdog's thread, while the loop is stuck and once more when it has ended. It
    /// must not touch the loop but through [EventLoop#callSoonThreadsafe(Runnable)].
    ///
    /// @param report what is known
    void onBlockedLoop(BlockedLoop report);
  }

  /// The report as it is logged.
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    String seconds = String.format(java.util.Locale.ROOT, "%.1f s", duration.toNanos() / 1e9);
    if (ended) {
      return text.append("the event loop runs again; ")
          .append(culprit)
          .append(" had blocked it for ")
          .append(seconds)
          .toString();
    }
    text.append("the event loop has been blocked for ")
        .append(seconds)
        .append(" by ")
        .append(culprit);
    if (waitsForMonitor) {
      text.append(", which waits for a monitor; if a suspended task holds it, this will not end");
    }
    text.append(". ").append(BlockedAdvice.about(stack)).append(" It is here:");
    Traces.folded(stack).forEach(frame -> text.append("\n\tat ").append(frame));
    return text.toString();
  }
}
