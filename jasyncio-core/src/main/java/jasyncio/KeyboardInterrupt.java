package jasyncio;

/// Ctrl-C was pressed while [Asyncio#run(Awaitable)] ran: everything has been cancelled and has
/// unwound.
///
/// It extends [Error], so that `catch (Exception e)` does not swallow it. If nobody catches it and
/// it ends the thread that called `run`, the process exits with status 130, as a program killed by
/// the signal would.
///
/// Counterpart: `KeyboardInterrupt`.
public final class KeyboardInterrupt extends Error {
  private static final long serialVersionUID = 1;

  /// An interrupt without a cause.
  public KeyboardInterrupt() {}

  KeyboardInterrupt(Throwable cause) {
    super(cause);
  }
}
