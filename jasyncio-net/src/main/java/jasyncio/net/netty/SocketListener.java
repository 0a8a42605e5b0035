package jasyncio.net.netty;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import jasyncio.CheckReturnValue;
import jasyncio.Coroutine;
import jasyncio.TimerHandle;
import jasyncio.net.Tls;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Listening sockets whose connections become [SocketTransport]s. Used on the loop.
public final class SocketListener {
  private static final System.Logger LOG = System.getLogger("jasyncio");

  private final List<Channel> channels;

  private SocketListener(List<Channel> channels) {
    this.channels = channels;
  }

  /// Binds to every address of `host`, and accepts connections from now on or from
  /// [#startAccepting()] on.
  ///
  /// Suspends. Cancel-safe: what is bound already is closed again.
  ///
  /// @param host null for all interfaces
  /// @param port 0 for a free one
  /// @param protocols makes the protocol of each connection
  @CheckReturnValue
  public static Coroutine<SocketListener> open(
      @Nullable String host,
      int port,
      int backlog,
      @Nullable Tls tls,
      boolean accepting,
      Supplier<SocketProtocol> protocols) {
    return async(() -> {
      NettyBridge bridge = NettyBridge.current();
      SslContext context = tls == null ? null : await(bridge.serverTls(tls));
      ChannelInitializer<Channel> initializer =
          new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
              accept(bridge, channel, context, tls, protocols.get());
            }
          };
      return new SocketListener(await(bridge.listen(host, port, backlog, accepting, initializer)));
    });
  }

  private static void accept(
      NettyBridge bridge,
      Channel channel,
      @Nullable SslContext context,
      @Nullable Tls tls,
      SocketProtocol protocol) {
    SslHandler ssl = context == null ? null : bridge.newServerTlsHandler(context, channel);
    SocketTransport transport =
        new SocketTransport(
            bridge,
            channel,
            protocol,
            tls,
            ssl,
            (InetSocketAddress) channel.remoteAddress(),
            null,
            0);
    if (ssl == null || tls == null) {
      channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
    } else {
      channel.pipeline().addLast(ssl);
      TimerHandle limit =
          bridge
              .loop()
              .callLater(
                  tls.handshakeTimeout(),
                  () -> {
                    LOG.log(
                        System.Logger.Level.DEBUG,
                        "{0}: SSL handshake is taking longer than {1}: aborting the connection",
                        transport,
                        tls.handshakeTimeout());
                    transport.abort();
                  });
      ssl.handshakeFuture().addListener(_ -> limit.cancel());
    }
    channel.pipeline().addLast(transport);
  }

  /// Accepts connections from now on.
  public void startAccepting() {
    channels.forEach(channel -> channel.config().setAutoRead(true));
  }

  /// Where it listens.
  public List<InetSocketAddress> addresses() {
    return channels.stream().map(channel -> (InetSocketAddress) channel.localAddress()).toList();
  }

  /// Stops listening. Connections stay.
  public void close() {
    channels.forEach(Channel::close);
  }
}
