package jasyncio.net.netty;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.timeout;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import jasyncio.CheckReturnValue;
import jasyncio.Context;
import jasyncio.Coroutine;
import jasyncio.Future;
import jasyncio.TimeoutError;
import jasyncio.net.ConnectionError;
import jasyncio.net.ConnectionError.Phase;
import jasyncio.net.ConnectionProtocol;
import jasyncio.net.Endpoint;
import jasyncio.net.StreamOptions;
import jasyncio.net.StreamReaderProtocol;
import jasyncio.net.Tls;
import jasyncio.net.Transport;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Opens client connections as [SocketTransport]s.
public final class SocketConnector {
  private SocketConnector() {}

  /// Connects to `target`, with TLS if there are options for it, and feeds streams.
  ///
  /// Suspends. Cancel-safe: what is there by then is closed. Throws [ConnectionError].
  ///
  /// @param target what to connect to
  /// @param options TLS, and the limit of the streams
  /// @param protocols makes the protocol of each attempt; the one that succeeds is told of it.
  ///   Called inside Netty: it must not run the program's code
  /// @return a coroutine that gives the transport and its streams
  @CheckReturnValue
  public static Coroutine<Endpoint<Transport, StreamReaderProtocol>> connectStreams(
      Target target, StreamOptions options, Supplier<StreamReaderProtocol> protocols) {
    return async(() -> {
      SocketTransport transport =
          connect(
              NettyBridge.current(),
              target,
              options,
              Context.copyOfCurrent(),
              () -> new StreamSink(protocols.get()));
      return new Endpoint<>(transport, (StreamReaderProtocol) transport.getProtocol());
    });
  }

  /// Connects to `target`, with TLS if there are options for it, and tells the protocol that
  /// `factory` makes.
  ///
  /// Suspends. Cancel-safe: what is there by then is closed. Throws [ConnectionError], and what the
  /// factory throws.
  ///
  /// @param <P> the type of the protocol
  /// @param target what to connect to
  /// @param options TLS, and the limit of the streams
  /// @param factory makes the protocol
  /// @return a coroutine that gives the transport and the protocol
  @CheckReturnValue
  public static <P extends ConnectionProtocol> Coroutine<Endpoint<Transport, P>> connect(
      Target target, StreamOptions options, Supplier<P> factory) {
    return async(() -> {
      NettyBridge bridge = NettyBridge.current();
      Future<ConnectionProtocol> ready = bridge.loop().createFuture();
      Context context = Context.copyOfCurrent();
      SocketTransport transport =
          connect(
              bridge,
              target,
              options,
              context,
              () -> new ProtocolCaller(bridge.loop(), context.copy(), factory, ready));
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

  /// Connects, in the current task.
  private static SocketTransport connect(
      NettyBridge bridge,
      Target target,
      StreamOptions options,
      Context context,
      Supplier<Sink> sinks)
      throws IOException {
    Tls tls = options.tls();
    Peer peer = target.peer();
    checkHostname(target, tls);
    SslContext ssl =
        tls == null
            ? null
            : await(target.isAccepted() ? bridge.serverTls(tls) : bridge.clientTls(tls));
    SocketTransport[] made = new SocketTransport[1]; // of the last attempt: the one that succeeds
    ChannelInitializer<Channel> initializer =
        new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel channel) {
            SslHandler handler =
                ssl == null || tls == null
                    ? null
                    : newTlsHandler(bridge, channel, target, ssl, tls);
            if (handler != null) {
              channel.pipeline().addLast(handler);
            }
            made[0] =
                new SocketTransport(
                    bridge,
                    channel,
                    context,
                    sinks.get(),
                    peer,
                    tls,
                    handler,
                    options.lingeringTime(),
                    null);
            channel.pipeline().addLast(made[0]);
          }
        };
    target.connect(bridge, options, initializer);
    SocketTransport transport = made[0]; // which is in no pipeline if the peer is gone already
    if (tls != null) {
      handshake(bridge, transport, tls);
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

  private static SslHandler newTlsHandler(
      NettyBridge bridge, Channel channel, Target target, SslContext context, Tls tls) {
    Peer peer = target.peer();
    return target.isAccepted()
        ? bridge.newServerTlsHandler(context, channel)
        : bridge.newClientTlsHandler(
            context, channel, tls, String.valueOf(peer.name()), peer.port());
  }

  /// Waits for the end of the handshake, in the current task.
  static void handshake(NettyBridge bridge, SocketTransport transport, Tls tls) throws IOException {
    SslHandler ssl = transport.sslHandler();
    assert ssl != null;
    Peer peer = transport.peer();
    boolean done = false;
    try {
      await(timeout(tls.handshakeTimeout(), () -> await(bridge.toFuture(ssl.handshakeFuture()))));
      done = true;
    } catch (TimeoutError e) {
      throw new ConnectionError(
          "SSL handshake is taking longer than "
              + tls.handshakeTimeout().toMillis() / 1000.0
              + " seconds: aborting the connection",
          peer.name(),
          peer.port(),
          Phase.TLS,
          e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw SocketErrors.handshakeFailed(e, peer.name(), peer.port());
    } finally {
      if (!done) {
        transport.abort();
      }
    }
  }
}
