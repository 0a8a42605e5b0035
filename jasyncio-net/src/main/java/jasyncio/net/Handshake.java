package jasyncio.net;

import static jasyncio.Asyncio.timeout;

import jasyncio.Asyncio;
import jasyncio.TimeoutError;
import jasyncio.net.ConnectionError.Phase;
import jasyncio.net.spi.Peer;
import java.io.IOException;
import java.time.Duration;

/// The beginning of an encrypted connection.
final class Handshake {
  private Handshake() {}

  /// Waits for its end, in the current task. One that fails, takes too long or is cancelled ends
  /// the connection.
  static void await(StreamTransport transport, Tls tls) throws IOException {
    Duration limit = tls.handshakeTimeout();
    Peer peer = transport.peer();
    boolean done = false;
    try {
      Asyncio.await(
          timeout(limit, () -> Asyncio.await(transport.wire().handshake(peer))), IOException.class);
      done = true;
    } catch (TimeoutError e) {
      throw new ConnectionError(
          "SSL handshake is taking longer than "
              + limit.toMillis() / 1000.0
              + " seconds: aborting the connection",
          peer.name(),
          peer.port(),
          Phase.TLS,
          e);
    } finally {
      if (!done) {
        transport.abort();
      }
    }
  }
}
