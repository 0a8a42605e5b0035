package jasyncio;

/// What the loop calls later: plain Java that may throw anything, and must not await.
///
/// A failure goes to the loop's exception handler. It is a `Runnable`, so that either can be handed
/// to [EventLoop#callSoon(Callback)] and its kin, and a lambda is this.
@FunctionalInterface
public interface Callback extends Runnable {
  /// Does it, on the loop, outside any task.
  ///
  /// @throws Throwable anything
  void call() throws Throwable;

  /// The same, and throws what it throws as it is.
  @Override
  @SuppressWarnings("FunctionalInterfaceMethodChanged") // it does the same
  default void run() {
    try {
      call();
    } catch (Throwable t) {
      throw Sneaky.rethrow(t);
    }
  }
}
