package jasyncio.http.server;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import jasyncio.CheckReturnValue;
import jasyncio.Coroutine;
import jasyncio.net.netty.NettyBridge;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// An address at which a runner's application is served.
///
/// Used on the loop. Counterpart: `web.TCPSite`.
public final class TcpSite {
  private static final int BACKLOG = 128;

  private final AppRunner runner;
  private final @Nullable String host;
  private final int port;
  private List<Channel> listening = List.of();

  /// A site that does not listen yet.
  ///
  /// @param runner what to serve, already set up
  /// @param host null for all interfaces
  /// @param port 0 for a free one
  /// @throws IllegalStateException if the runner has not been set up
  public TcpSite(AppRunner runner, @Nullable String host, int port) {
    runner.bridge();
    this.runner = runner;
    this.host = host;
    this.port = port;
  }

  /// Listens from now on.
  ///
  /// Suspends. Cancel-safe: then it does not listen. Throws [java.io.IOException] if the address is
  /// not to be had.
  ///
  /// @return a coroutine that does so when awaited
  @CheckReturnValue
  public Coroutine<@Nullable Void> start() {
    return async(() -> {
      if (!listening.isEmpty()) {
        throw new IllegalStateException("the site listens already, at " + name());
      }
      NettyBridge bridge = runner.bridge();
      listening = await(bridge.listen(host, port, BACKLOG, new Initializer(bridge)));
      runner.add(this);
    });
  }

  /// Accepts no more connections; those that are there stay.
  ///
  /// Suspends until the socket is closed.
  ///
  /// @return a coroutine that does so when awaited
  @CheckReturnValue
  public Coroutine<@Nullable Void> stop() {
    return async(() -> {
      runner.remove(this);
      NettyBridge bridge = NettyBridge.current();
      List<Channel> closing = listening;
      listening = List.of();
      for (Channel channel : closing) {
        await(bridge.toFuture(bridge.close(channel)));
      }
    });
  }

  /// {@return the port at which it listens}
  ///
  /// @throws IllegalStateException if it does not listen
  public int port() {
    if (listening.isEmpty()) {
      throw new IllegalStateException("the site does not listen: await start() first");
    }
    return ((InetSocketAddress) listening.getFirst().localAddress()).getPort();
  }

  /// {@return its URL, such as `http://127.0.0.1:8080`} Counterpart: `TCPSite.name`.
  ///
  /// @throws IllegalStateException if it does not listen
  public String name() {
    String shown = host == null ? "0.0.0.0" : host.indexOf(':') < 0 ? host : "[" + host + "]";
    return "http://" + shown + ":" + port();
  }

  private final class Initializer extends ChannelInitializer<Channel> {
    private final NettyBridge bridge;

    Initializer(NettyBridge bridge) {
      this.bridge = bridge;
    }

    @Override
    protected void initChannel(Channel channel) {
      channel.config().setOption(ChannelOption.TCP_NODELAY, true);
      channel.config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
      runner.accept(bridge, channel);
    }
  }
}
