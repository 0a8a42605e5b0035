package jasyncio.net;

/// A client's connection: what [Net#openConnection(String, int)] gives.
///
/// In try-with-resources it closes the connection. Counterpart: the pair that
/// `asyncio.open_connection` returns.
///
/// @param reader what comes in
/// @param writer what goes out
public record Streams(StreamReader reader, StreamWriter writer) implements AutoCloseable {
  /// Closes the connection once everything written is sent; does not wait for that.
  @Override
  public void close() {
    writer.close();
  }
}
