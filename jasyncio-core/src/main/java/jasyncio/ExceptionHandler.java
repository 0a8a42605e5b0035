package jasyncio;

/// Is told what went wrong where nobody could catch it; see
/// [EventLoop#setExceptionHandler(ExceptionHandler)].
@FunctionalInterface
public interface ExceptionHandler {
  /// Called on the loop's thread, in the context of the task or callback concerned. It must not
  /// await.
  ///
  /// @param loop the loop it happened on
  /// @param context what happened
  void handle(EventLoop loop, ExceptionContext context);
}
