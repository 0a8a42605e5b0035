package jasyncio.net.testing;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.getRunningLoop;

import jasyncio.CheckReturnValue;
import jasyncio.ContextVar;
import jasyncio.Coroutine;
import jasyncio.Future;
import jasyncio.net.Net;
import jasyncio.net.Server;
import jasyncio.net.Streams;
import jasyncio.net.spi.Network;
import org.jspecify.annotations.Nullable;

/// The two ends of a connection inside the process, for tests of what reads and writes streams:
/// with limits, water marks, half-close and errors as over a socket, without one.
///
/// In try-with-resources it closes both ends. Counterpart: trio's `memory_stream_pair`.
///
/// @param client the end that has connected
/// @param server the end that was connected to
public record MemoryStreams(Streams client, Streams server) implements AutoCloseable {
  /// Connects two ends. What is written at one of them comes out at the other in a later turn; more
  /// than 64 KiB that nobody reads hold up the writer.
  ///
  /// Suspends.
  ///
  /// @return a coroutine that gives both ends
  @CheckReturnValue
  public static Coroutine<MemoryStreams> open() {
    return async(() -> {
      SimulatedHost host = SimulatedNetwork.create().host("memory");
      ContextVar.Token<@Nullable Network> outer = Network.OF_CONTEXT.set(host.station());
      try {
        Future<Streams> accepted = getRunningLoop().createFuture();
        try (Server server =
            await(
                Net.startServer(
                    (reader, writer) -> {
                      writer.keepOpen();
                      accepted.trySetResult(new Streams(reader, writer));
                    },
                    "localhost",
                    0))) {
          Streams client = await(Net.openConnection("localhost", server.port()));
          return new MemoryStreams(client, await(accepted));
        }
      } finally {
        Network.OF_CONTEXT.reset(outer);
      }
    });
  }

  /// Closes both ends, each once everything written to it is sent; does not wait for that.
  @Override
  public void close() {
    client.close();
    server.close();
  }
}
