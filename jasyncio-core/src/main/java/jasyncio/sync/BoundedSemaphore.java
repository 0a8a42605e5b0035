package jasyncio.sync;

/// A [Semaphore] that refuses to be released more often than it was acquired.
///
/// Counterpart: `asyncio.BoundedSemaphore`.
public final class BoundedSemaphore extends Semaphore {
  private final int bound;

  /// One permit.
  public BoundedSemaphore() {
    this(1);
  }

  /// A semaphore with `value` permits, which it will never exceed.
  ///
  /// @param value how many may hold it at the same time, zero or more
  /// @throws IllegalArgumentException if `value` is negative
  public BoundedSemaphore(int value) {
    super(value);
    this.bound = value;
  }

  /// Gives a permit back: to the first who waits, if anybody does. Does not suspend.
  ///
  /// @throws IllegalArgumentException if all permits are free (CPython: `ValueError`)
  /// @throws IllegalStateException if it belongs to a different loop
  @Override
  public void release() {
    touch("release");
    if (value() >= bound) {
      throw new IllegalArgumentException("BoundedSemaphore released too many times");
    }
    super.release();
  }
}
