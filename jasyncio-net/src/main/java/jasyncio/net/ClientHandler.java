package jasyncio.net;

/// What a server does with a connection: plain Java that may await, and may throw anything. Each
/// connection has a task of its own.
///
/// When it returns, or throws, the connection is closed, unless it has said
/// [StreamWriter#keepOpen()]. Counterpart: the `client_connected_cb` of `asyncio.start_server`.
@FunctionalInterface
public interface ClientHandler {
  /// Serves one connection, inside a task.
  ///
  /// @param reader what comes in
  /// @param writer what goes out
  /// @throws Throwable anything
  void handle(StreamReader reader, StreamWriter writer) throws Throwable;
}
