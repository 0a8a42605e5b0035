package jasyncio.net;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;

import jasyncio.CheckReturnValue;
import jasyncio.Context;
import jasyncio.Coroutine;
import jasyncio.net.netty.SocketConnector;
import jasyncio.net.netty.Target;
import java.util.function.Supplier;

/// A client's connection: what [Net#openConnection(String, int)] gives.
///
/// In try-with-resources it closes the connection. Counterpart: the pair that
/// `asyncio.open_connection` returns.
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
      var connection = await(SocketConnector.connectStreams(target, options, protocols));
      StreamReaderProtocol protocol = connection.protocol();
      return new Streams(protocol.reader(), new StreamWriter(connection.transport(), protocol));
    });
  }

  /// Closes the connection once everything written is sent; does not wait for that.
  @Override
  public void close() {
    writer.close();
  }
}
