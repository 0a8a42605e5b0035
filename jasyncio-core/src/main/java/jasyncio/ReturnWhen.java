package jasyncio;

/// When [Asyncio#wait(java.util.Collection, ReturnWhen)] returns.
public enum ReturnWhen {
  /// When any of them is done or cancelled.
  FIRST_COMPLETED,
  /// When any of them has failed, cancelled ones not counted; without a failure like
  /// [#ALL_COMPLETED].
  FIRST_EXCEPTION,
  /// When all of them are done or cancelled.
  ALL_COMPLETED
}
