package jasyncio;

/// The generator is being closed, or the task's loop has gone: the body unwinds, running its
/// `finally` blocks.
///
/// It extends [Error], so that `catch (Exception e)` does not swallow it. Counterpart:
/// `GeneratorExit`.
public final class GeneratorExit extends Error {
  private static final long serialVersionUID = 1;

  /// An exit without a message.
  public GeneratorExit() {}

  GeneratorExit(String message) {
    super(message);
  }
}
