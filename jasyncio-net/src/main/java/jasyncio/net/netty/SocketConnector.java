package jasyncio.net.netty;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.timeout;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import jasyncio.CheckReturnValue;
import jasyncio.Coroutine;
import jasyncio.TimeoutError;
import jasyncio.net.ConnectionError;
import jasyncio.net.ConnectionError.Phase;
import jasyncio.net.Tls;
import java.io.IOException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Opens client connections as [SocketTransport]s.
public final class SocketConnector {
  private SocketConnector() {}

  /// Connects to `host`, with TLS if there are options for it.
  ///
  /// Suspends. Cancel-safe: what is there by then is closed. Throws [ConnectionError].
  ///
  /// @param protocols makes the protocol of each attempt; the one that succeeds is told of it
  @CheckReturnValue
  public static Coroutine<SocketTransport> connect(
      String host, int port, @Nullable Tls tls, Supplier<SocketProtocol> protocols) {
    return async(() -> {
      NettyBridge bridge = NettyBridge.current();
      SslContext context = tls == null ? null : await(bridge.clientTls(tls));
      SocketTransport[] latest = new SocketTransport[1];
      ChannelInitializer<Channel> initializer =
          new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
              SslHandler ssl =
                  context == null || tls == null
                      ? null
                      : bridge.newClientTlsHandler(context, channel, tls, host, port);
              if (ssl == null) {
                channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
              } else {
                channel.pipeline().addLast(ssl);
              }
              latest[0] =
                  new SocketTransport(bridge, channel, protocols.get(), tls, ssl, null, host, port);
              channel.pipeline().addLast(latest[0]);
            }
          };
      await(bridge.connect(host, port, initializer, null));
      SocketTransport transport = latest[0]; // attempts come one after the other
      if (tls != null) {
        handshake(bridge, transport, tls, host, port);
      }
      return transport;
    });
  }

  private static void handshake(
      NettyBridge bridge, SocketTransport transport, Tls tls, String host, int port)
      throws IOException {
    SslHandler ssl = transport.sslHandler();
    assert ssl != null;
    boolean done = false;
    try {
      await(timeout(tls.handshakeTimeout(), () -> await(bridge.toFuture(ssl.handshakeFuture()))));
      done = true;
    } catch (TimeoutError e) {
      throw new ConnectionError(
          "SSL handshake is taking longer than "
              + tls.handshakeTimeout().toMillis() / 1000.0
              + " seconds: aborting the connection",
          host,
          port,
          Phase.TLS,
          e);
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw SocketErrors.handshakeFailed(e, host, port);
    } finally {
      if (!done) {
        transport.abort();
      }
    }
  }
}
