package jasyncio.http.client;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.timeout;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.Future;
import jasyncio.TimeoutError;
import jasyncio.http.wire.AsciiBuffer;
import jasyncio.http.wire.Spans;
import jasyncio.net.ConnectionError;
import jasyncio.net.Tls;
import jasyncio.net.netty.NettyBridge;
import java.io.IOException;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.util.function.BiConsumer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Connects to servers, with TLS where the scheme says so.
final class HttpDialer implements ConnectionPool.Dialer<HttpConnection> {
  /// How the handshake ended. Kept apart from its handler, which a failure takes off the channel.
  private static final AttributeKey<Future<Channel>> HANDSHAKE =
      AttributeKey.valueOf(HttpDialer.class, "handshake");

  private final NettyBridge bridge;
  private final Tls tls;
  private final BiConsumer<HttpConnection, Boolean> whenFree;
  private final AsciiBuffer head = new AsciiBuffer();

  HttpDialer(NettyBridge bridge, Tls tls, BiConsumer<HttpConnection, Boolean> whenFree) {
    this.bridge = bridge;
    this.tls = tls;
    this.whenFree = whenFree;
  }

  @Override
  public HttpConnection dial(ConnectionKey key, @Nullable Duration sockConnect) throws Throwable {
    if (sockConnect == null) {
      return dial(key);
    }
    try {
      return await(timeout(sockConnect, () -> dial(key)));
    } catch (TimeoutError e) {
      throw new ConnectionTimeoutError(
          TimeoutPhase.CONNECT,
          "Connection timeout to host " + key + ": not within " + Spans.text(sockConnect));
    }
  }

  private HttpConnection dial(ConnectionKey key) throws Throwable {
    SslContext context = key.isTls() ? await(bridge.clientTls(tls)) : null;
    Channel channel = connect(key, context);
    try {
      if (context != null) {
        shakeHands(key, channel);
      }
      HttpConnection connection = channel.pipeline().get(HttpConnection.class);
      if (connection == null) {
        throw new ServerDisconnectedError("Server disconnected", null);
      }
      return connection;
    } catch (Throwable t) {
      bridge.close(channel);
      throw t;
    }
  }

  private Channel connect(ConnectionKey key, @Nullable SslContext context) {
    try {
      return await(
          bridge.connect(key.host(), key.port(), new Initializer(key, context), null),
          IOException.class);
    } catch (ConnectionError e) {
      if (e.phase() == ConnectionError.Phase.RESOLVE) {
        throw new ClientConnectorDNSError(key, reason(e), e);
      }
      throw new ClientConnectorError(key, reason(e), e);
    } catch (IOException e) {
      throw new ClientConnectorError(key, String.valueOf(e.getMessage()), e);
    }
  }

  /// Its message without the connection at its end, which ours names already.
  private static String reason(ConnectionError error) {
    String text = String.valueOf(error.getMessage());
    int connection = text.lastIndexOf(" [");
    return connection < 0 ? text : text.substring(0, connection);
  }

  private void shakeHands(ConnectionKey key, Channel channel) {
    try {
      await(bridge.toFuture(channel.attr(HANDSHAKE).get()), IOException.class);
    } catch (SSLException e) {
      String reason = String.valueOf(e.getMessage());
      for (Throwable t = e; t != null; t = t.getCause()) {
        if (t instanceof CertificateException) {
          throw new ClientConnectorCertificateError(key, String.valueOf(t.getMessage()), e);
        }
      }
      throw new ClientConnectorSSLError(key, reason, e);
    } catch (IOException e) {
      throw new ClientConnectorSSLError(
          key, "the connection was closed during the TLS handshake: " + e.getMessage(), e);
    }
  }

  /// Fills the pipeline of each attempt's channel.
  private final class Initializer extends ChannelInitializer<Channel> {
    private final ConnectionKey key;
    private final @Nullable SslContext context;

    Initializer(ConnectionKey key, @Nullable SslContext context) {
      this.key = key;
      this.context = context;
    }

    @Override
    protected void initChannel(Channel channel) {
      channel.config().setOption(ChannelOption.TCP_NODELAY, true);
      if (context != null) {
        SslHandler handler =
            bridge.newClientTlsHandler(context, channel, tls, key.host(), key.port());
        channel.attr(HANDSHAKE).set(handler.handshakeFuture());
        channel.pipeline().addLast(handler);
      }
      ResponseDecoder decoder = new ResponseDecoder();
      HttpConnection connection = new HttpConnection(key, bridge, channel, decoder, head);
      connection.whenFree(whenFree);
      channel.pipeline().addLast(decoder, connection);
    }
  }
}
