package jasyncio.sync;

/// Something that was acquired, for try-with-resources: closing it releases.
///
/// ```java
/// try (var _ = await(lock.hold())) {
///   …
/// }
/// ```
///
/// Counterpart: `async with lock:`.
public final class Held implements AutoCloseable {
  private final Holdable owner;
  private boolean released;

  Held(Holdable owner) {
    this.owner = owner;
  }

  /// Releases what was acquired. Does not suspend; does nothing the second time.
  ///
  /// @throws IllegalStateException if it has been released behind the back of this object
  @Override
  public void close() {
    if (!released) {
      released = true;
      owner.release();
    }
  }
}
