package jasyncio.net;

import jasyncio.net.WriteTransport.WriteBufferLimits;
import org.jspecify.annotations.Nullable;

/// Counts what waits to be written to a pipe, and tells when to pause and when to go on.
///
/// Used on the loop. Counterpart: `_FlowControlMixin`.
final class FlowControl {
  private final Runnable pause;
  private final Runnable resume;
  private WriteBufferLimits limits = WriteBufferLimits.of(null, null);
  private long pending;
  private boolean paused;

  /// @param pause tells the protocol to write no more
  /// @param resume tells it to go on
  FlowControl(Runnable pause, Runnable resume) {
    this.pause = pause;
    this.resume = resume;
  }

  /// How many bytes wait.
  long pending() {
    return pending;
  }

  WriteBufferLimits limits() {
    return limits;
  }

  void setLimits(@Nullable Long high, @Nullable Long low) {
    limits = WriteBufferLimits.of(high, low);
    pauseIfHigh();
  }

  void added(long bytes) {
    pending += bytes;
    pauseIfHigh();
  }

  private void pauseIfHigh() {
    if (!paused && pending > limits.high()) {
      paused = true;
      pause.run();
    }
  }

  void written(long bytes) {
    pending -= bytes;
    if (paused && pending <= limits.low()) {
      paused = false;
      resume.run();
    }
  }

  /// What waits is dropped; nobody is told.
  void clear() {
    pending = 0;
  }
}
