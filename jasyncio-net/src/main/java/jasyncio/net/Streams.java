package jasyncio.net;

import static jasyncio.Asyncio.async;

import jasyncio.CheckReturnValue;
import jasyncio.Context;
import jasyncio.Coroutine;
import jasyncio.net.spi.Target;
import java.util.Objects;
import java.util.function.Supplier;

/// A client's connection: what [Net#openConnection(String, int)] gives.
///
/// In try-with-resources it closes the connection. One whose reader and writer have both been
/// dropped is closed with a warning in the log, some time after the collector has found that.
/// Counterpart: the pair that `asyncio.open_connection` returns.
///
/// @param reader what comes in
/// @param writer what goes out
public record Streams(StreamReader reader, StreamWriter writer) implements AutoCloseable {
  /// Connects to `target`.
  @CheckReturnValue
  static Coroutine<Streams> open(Target target, StreamOptions options) {
    return async(() -> {
      StreamReader.create(options.limit()); // a wrong limit shows before anything is connected
      Context context = Context.copyOfCurrent();
      Supplier<StreamReaderProtocol> protocols =
          () -> new StreamReaderProtocol(StreamReader.create(options.limit()), null, context);
      var connection = Connector.streams(target, options, protocols);
      StreamReaderProtocol protocol = connection.protocol();
      StreamReader reader = Objects.requireNonNull(protocol.reader()); // nobody watches it yet
      StreamWriter writer = new StreamWriter(connection.transport(), protocol, reader);
      protocol.watch(reader, writer);
      return new Streams(reader, writer);
    });
  }

  /// Closes the connection once everything written is sent; does not wait for that.
  @Override
  public void close() {
    writer.close();
  }
}
