package jasyncio;

import org.jspecify.annotations.Nullable;

/// A future whose maker is told when it is cancelled. Counterpart: a subclass of `asyncio.Future`
/// that overrides `cancel`, such as asyncio's own `_OverlappedFuture`.
final class HookedFuture<T extends @Nullable Object> extends Future<T> {
  /// Null once it has been called.
  private @Nullable Runnable onCancel;

  HookedFuture(Kernel kernel, Runnable onCancel) {
    super(kernel);
    this.onCancel = onCancel;
  }

  @Override
  public boolean cancel(@Nullable String message) {
    Runnable hook = onCancel;
    if (hook == null || done()) {
      return super.cancel(message);
    }
    if (!kernel.isClosed()) {
      kernel.checkThread("cancel");
    }
    onCancel = null;
    try {
      hook.run();
    } catch (KeyboardInterrupt e) {
      super.cancel(message);
      throw e;
    } catch (Throwable t) {
      kernel.loop.callExceptionHandler(
          ExceptionContext.of("Cancelling a future failed").withException(t).withFuture(this));
    }
    return super.cancel(message);
  }
}
