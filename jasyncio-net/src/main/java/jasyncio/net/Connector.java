package jasyncio.net;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;

import jasyncio.CheckReturnValue;
import jasyncio.Context;
import jasyncio.Coroutine;
import jasyncio.Future;
import jasyncio.net.StreamTransport.Terms;
import jasyncio.net.spi.Network;
import jasyncio.net.spi.Peer;
import jasyncio.net.spi.Target;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Opens client connections.
final class Connector {
  private Connector() {}

  /// Connects to `target`, with TLS if there are options for it, and feeds streams; in the current
  /// task. Cancel-safe: what is there by then is closed.
  ///
  /// @param protocols makes the protocol of each attempt; the one that succeeds is told of it.
  ///   Called inside the wire: it must not run the program's code
  static Endpoint<Transport, StreamReaderProtocol> streams(
      Target target, StreamOptions options, Supplier<StreamReaderProtocol> protocols)
      throws IOException {
    StreamTransport transport =
        connect(
            Networks.current(),
            target,
            options,
            Context.copyOfCurrent(),
            () -> new StreamSink(protocols.get()));
    return new Endpoint<>(transport, (StreamReaderProtocol) transport.getProtocol());
  }

  /// Connects to `target`, with TLS if there are options for it, and tells the protocol that
  /// `factory` makes.
  ///
  /// Suspends. Cancel-safe: what is there by then is closed. Throws [ConnectionError], and what the
  /// factory throws.
  @CheckReturnValue
  static <P extends ConnectionProtocol> Coroutine<Endpoint<Transport, P>> connect(
      Target target, StreamOptions options, Supplier<P> factory) {
    return async(() -> {
      Network network = Networks.current();
      Future<ConnectionProtocol> ready = network.loop().createFuture();
      Context context = Context.copyOfCurrent();
      StreamTransport transport =
          connect(
              network,
              target,
              options,
              context,
              () -> new ProtocolCaller(network.loop(), context.copy(), factory, ready));
      try {
        @SuppressWarnings("unchecked") // it is what the factory made
        P protocol = (P) await(ready);
        return new Endpoint<>(transport, protocol);
      } catch (Throwable t) {
        transport.abort();
        throw t;
      }
    });
  }

  private static StreamTransport connect(
      Network network, Target target, StreamOptions options, Context context, Supplier<Sink> sinks)
      throws IOException {
    Tls tls = options.tls();
    Peer peer = target.peer();
    checkHostname(target, tls);
    Terms terms = new Terms(context, tls, options.lingeringTime(), null);
    StreamTransport[] made = new StreamTransport[1]; // of the last attempt: the one that succeeds
    await(
        network.connect(
            target,
            options,
            wire -> {
              StreamTransport transport = new StreamTransport(wire, terms, sinks.get(), peer);
              made[0] = transport;
              return transport;
            }),
        IOException.class);
    StreamTransport transport = made[0]; // which is lost by now if the peer is gone already
    if (tls != null) {
      Handshake.await(transport, tls);
    }
    return transport;
  }

  private static void checkHostname(Target target, @Nullable Tls tls) {
    if (tls == null || target.isAccepted() || tls.serverHostname() != null) {
      return;
    }
    if (target instanceof Target.Adopted) {
      throw new IllegalArgumentException(
          "You must set server_hostname when using ssl without a host: see"
              + " Tls.withServerHostname");
    }
    if (target.peer().port() == Peer.NO_PORT) {
      throw new IllegalArgumentException(
          "you have to pass server_hostname when using ssl: a Unix socket has no host, see"
              + " Tls.withServerHostname");
    }
  }
}
