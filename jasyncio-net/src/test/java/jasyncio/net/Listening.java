package jasyncio.net;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static jasyncio.net.Net.createConnection;
import static jasyncio.net.Net.createServer;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// A server that keeps the protocols of its connections.
final class Listening<P extends Recorder> implements AutoCloseable {
  /// Sends back what comes.
  static class Echo extends Recorder {
    @Override
    public void dataReceived(ByteBuffer data) {
      transport().write(data);
      note("data");
    }
  }

  final List<P> clients = new ArrayList<>();
  final Server server;

  Listening(Supplier<P> factory) {
    server =
        await(
            createServer(
                () -> {
                  P made = factory.get();
                  clients.add(made);
                  return made;
                },
                "127.0.0.1",
                0));
  }

  Recorder connect() {
    return await(createConnection(Recorder::new, "127.0.0.1", server.port())).protocol();
  }

  P client(int index) {
    while (clients.size() <= index) {
      await(sleep(seconds(0)));
    }
    clients.get(index).untilTold("made");
    return clients.get(index);
  }

  @Override
  public void close() {
    server.close();
  }

  static void turns(int n) {
    for (int i = 0; i < n; i++) {
      await(sleep(seconds(0)));
    }
  }
}
