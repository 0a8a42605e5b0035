package jasyncio;

/// A callback scheduled for a time, as returned by [EventLoop#callLater(java.time.Duration,
/// Runnable)].
///
/// Counterpart: `asyncio.TimerHandle`.
public final class TimerHandle extends Handle {
  final long when;

  /// Orders timers of the same deadline: first in, first out.
  final long sequence;

  /// Whether it is in the heap, so that a cancel there is counted.
  boolean scheduled;

  TimerHandle(Kernel kernel, Runnable callback, Object context, long when, long sequence) {
    super(kernel, callback, context);
    this.when = when;
    this.sequence = sequence;
  }

  /// {@return the deadline, by the loop's clock} Counterpart: `TimerHandle.when()`.
  public LoopTime when() {
    return new LoopTime(when);
  }

  @Override
  public void cancel() {
    if (!cancelled()) {
      super.cancel();
      if (scheduled) {
        kernel.timers.countCancelled();
      }
    }
  }
}
