package jasyncio.http.server;

/// Answers a request.
///
/// Counterpart: a coroutine function that takes a `web.Request`.
@FunctionalInterface
public interface Handler {
  /// Answers `request`. Runs in the task of the connection, and may await; what it throws becomes a
  /// response: an [HttpException] its own, anything else 500, with a report to the loop's exception
  /// handler.
  ///
  /// If the client goes away meanwhile, it runs on, and its response is dropped. When the server
  /// stops, it is cancelled after the grace time.
  ///
  /// @param request what was asked
  /// @return the answer
  /// @throws Throwable anything
  Response handle(Request request) throws Throwable;
}
