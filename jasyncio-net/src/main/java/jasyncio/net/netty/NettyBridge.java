package jasyncio.net.netty;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.toThread;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import jasyncio.Asyncio;
import jasyncio.CheckReturnValue;
import jasyncio.Context;
import jasyncio.Coroutine;
import jasyncio.EventLoop;
import jasyncio.Future;
import jasyncio.LoopLocals;
import jasyncio.net.ServerOptions;
import jasyncio.net.Tls;
import jasyncio.net.spi.Delivery;
import jasyncio.net.spi.Network;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/// Netty for the modules that build protocols on it: channels that live on a jasyncio loop.
///
/// Everything here is called on the loop: in its tasks, its callbacks, or a Netty handler of one of
/// its channels; all of these count as "in the event loop" for Netty, on either engine, so channels
/// may be used directly. A handler must not await, run the program's code, or resume a task: it
/// completes futures and fills buffers.
///
/// Write with [#write(Channel, Object)], or mark a channel with [#flushLater(Channel)], rather than
/// flush: everything written in a turn leaves in one piece, before the loop waits.
public final class NettyBridge {
  private final EventLoop loop;
  private final NettyDriver driver;

  private NettyBridge(EventLoop loop) {
    this.loop = loop;
    this.driver = NettyDriver.of(loop);
  }

  /// {@return the bridge of the running loop; opens the loop's network on first use}
  ///
  /// @throws IllegalStateException if no loop is running on this thread, or its driver is not
  ///   Netty's, such as virtual time
  public static NettyBridge current() {
    return of(Asyncio.getRunningLoop());
  }

  /// {@return the bridge of `loop`} The first time the loop must be running.
  ///
  /// @param loop the loop
  public static NettyBridge of(EventLoop loop) {
    return new NettyBridge(loop);
  }

  /// {@return the loop}
  public EventLoop loop() {
    return loop;
  }

  /// {@return the loop as Netty sees it: also an event loop group, for bootstraps of one's own}
  /// Shutting it down does nothing; it ends with the loop, and that is when the future of
  /// `shutdownGracefully` is done. A library that waits for it gets a [#guestGroup()].
  public IoEventLoop nettyLoop() {
    return driver.nettyLoop();
  }

  /// {@return the loop as a new event loop group, for one library, which may shut it down}
  ///
  /// Shutting it down closes the channels that were registered with it, and refuses new ones; the
  /// future is done at once, and the loop goes on. Channels of the library must be of the loop's
  /// kind: see [#clientChannel()] and its kin.
  public IoEventLoopGroup guestGroup() {
    return new GuestGroup(driver.nettyLoop());
  }

  /// {@return the class of a connection of this loop, for bootstraps and for libraries that are
  /// given the loop as their event loop group}
  public Class<? extends SocketChannel> clientChannel() {
    return transport().clientChannel();
  }

  /// {@return the class of a socket that listens}
  public Class<? extends ServerSocketChannel> serverChannel() {
    return transport().serverChannel();
  }

  /// {@return the class of a socket for datagrams}
  public Class<? extends DatagramChannel> datagramChannel() {
    return transport().datagramChannel();
  }

  /// {@return which transport the loop uses, and why}
  public NettyTransport transport() {
    return driver.transport();
  }

  // ---- futures ----

  /// {@return a future of the loop that ends as `source` does} Cancelling it cancels `source` a
  /// turn later, but not an operation of a channel: a write taken back would leave a hole in the
  /// stream. Close the channel instead.
  ///
  /// Callable with futures of other executors too: what they bring is handed over to the loop.
  ///
  /// @param <T> the type of the result
  /// @param source a future of Netty
  public <T extends @Nullable Object> Future<T> toFuture(
      io.netty.util.concurrent.Future<? extends T> source) {
    Future<T> target = loop.createFuture();
    source.addListener(
        (io.netty.util.concurrent.Future<T> done) -> onLoop(() -> settle(done, target)));
    if (!target.done() && !(source instanceof ChannelFuture)) {
      target.addDoneCallback(
          done -> {
            if (done.cancelled()) {
              source.cancel(true);
            }
          },
          new Context());
    }
    return target;
  }

  private static <T extends @Nullable Object> void settle(
      io.netty.util.concurrent.Future<T> source, Future<T> target) {
    if (target.done()) {
      return;
    }
    if (source.isSuccess()) {
      target.setResult(source.getNow());
    } else if (source.isCancelled()) {
      target.cancel();
    } else {
      target.setException(Objects.requireNonNull(source.cause()));
    }
  }

  /// Runs `work` at once if this is the loop, else on the loop as soon as possible; not at all if
  /// the loop has closed meanwhile.
  private void onLoop(Runnable work) {
    if (loop.runsOn(Thread.currentThread())) {
      work.run();
    } else {
      loop.tryPost(work, new Context());
    }
  }

  /// {@return the system's network, for what is not built on channels}
  public Network network() {
    return new NettyNetwork(this);
  }

  NettyDriver driver() {
    return driver;
  }

  // ---- entering Netty from a task ----

  /// Has Netty find its caches, which it keeps in thread locals, at the loop's thread: a task has
  /// thread locals of its own, and Netty would make its caches again for each task that allocates,
  /// writes or closes. [#write(Channel, Object)] does it by itself; whoever calls Netty directly
  /// and often does it around the calls:
  ///
  /// ```java
  /// boolean entered = bridge.enter();
  /// try {
  ///   ...
  /// } finally {
  ///   bridge.leave(entered);
  /// }
  /// ```
  ///
  /// In between nothing must be awaited, and no code of the program called.
  ///
  /// @return for [#leave(boolean)]
  public boolean enter() {
    return LoopLocals.enter(loop);
  }

  /// Back to the task that has called [#enter()].
  ///
  /// @param entered what that has returned
  public void leave(boolean entered) {
    if (entered) {
      LoopLocals.leave(loop);
    }
  }

  /// Runs `work` between [#enter()] and [#leave(boolean)].
  ///
  /// @param work what calls Netty, and neither awaits nor calls the program
  public void inside(Runnable work) {
    boolean entered = enter();
    try {
      work.run();
    } finally {
      leave(entered);
    }
  }

  /// The same for work that has a result.
  ///
  /// @param <T> the type of the result
  /// @param work what calls Netty, and neither awaits nor calls the program
  /// @return what it returns
  public <T> T inside(Supplier<T> work) {
    boolean entered = enter();
    try {
      return work.get();
    } finally {
      leave(entered);
    }
  }

  /// Closes `channel`, inside Netty.
  ///
  /// @param channel the channel
  /// @return done when it is closed
  public ChannelFuture close(Channel channel) {
    return inside(() -> channel.close());
  }

  // ---- writing ----

  /// Writes `message`; it leaves when the loop next polls, together with what else was written
  /// until then.
  ///
  /// @param channel the channel
  /// @param message what its pipeline takes
  /// @return done when it is sent
  public ChannelFuture write(Channel channel, Object message) {
    boolean entered = enter();
    try {
      ChannelFuture written = channel.write(message);
      driver.flushLater(TurnEnd.of(channel));
      return written;
    } finally {
      leave(entered);
    }
  }

  /// Flushes `channel` when the loop next polls.
  ///
  /// @param channel the channel
  public void flushLater(Channel channel) {
    driver.flushLater(TurnEnd.of(channel));
  }

  /// {@return whether the peer's system is known to have all that was sent, so that the socket can
  /// be closed without harm} Only the native transports of Linux know.
  ///
  /// @param channel a connection whose output has been shut down
  public static boolean hasArrived(Channel channel) {
    return Deliveries.of(channel) == Delivery.DONE;
  }

  // ---- connecting and listening ----

  /// {@return a bootstrap for client channels of this loop, for resolved addresses} It has no
  /// timeout of its own: timers are the loop's.
  public Bootstrap clientBootstrap() {
    return new Bootstrap()
        .group(nettyLoop())
        .channel(transport().clientChannel())
        .disableResolver()
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0);
  }

  /// {@return a bootstrap for listening channels of this loop, whose connections live on it too}
  public ServerBootstrap serverBootstrap() {
    return serverBootstrap(nettyLoop());
  }

  ServerBootstrap serverBootstrap(EventLoopGroup children) {
    return new ServerBootstrap().group(nettyLoop(), children).channel(transport().serverChannel());
  }

  /// {@return the addresses of `host`, never empty: see [jasyncio.net.Resolver]}
  ///
  /// Suspends unless `host` is an address. Cancel-safe: an answer that comes later is dropped.
  /// Throws [jasyncio.net.ConnectionError] if there is no such host.
  ///
  /// @param host a name or an address
  /// @param port the port
  @CheckReturnValue
  public Coroutine<List<InetAddress>> resolve(String host, int port) {
    return Names.resolve(host, port);
  }

  /// Connects to `host`, trying its addresses in turn.
  ///
  /// Suspends. Cancel-safe: a connection that nobody gets is closed. Throws
  /// [jasyncio.net.ConnectionError], or [jasyncio.TimeoutError].
  ///
  /// @param host a name or an address
  /// @param port the port
  /// @param initializer fills the channel's pipeline; a sharable handler, as there may be several
  ///   attempts: a `ChannelInitializer`
  /// @param timeout for the lookup and all attempts together; null for no limit
  /// @return a coroutine that gives the channel
  @CheckReturnValue
  public Coroutine<Channel> connect(
      String host, int port, ChannelHandler initializer, @Nullable Duration timeout) {
    return connect(host, port, initializer, Dialer.Order.PLAIN, timeout);
  }

  /// The same, with the addresses in an order of one's own.
  @CheckReturnValue
  Coroutine<Channel> connect(
      String host,
      int port,
      ChannelHandler initializer,
      Dialer.Order order,
      @Nullable Duration timeout) {
    return async(() -> new Dialer(this, host, port, initializer, order).connect(timeout));
  }

  /// Listens at every address of `host`; connections are accepted from now on.
  ///
  /// Suspends. Cancel-safe: what is bound already is closed again, also if one address fails.
  /// Throws an [java.io.IOException] that names the address.
  ///
  /// @param host null for all interfaces
  /// @param port 0 for a free one
  /// @param backlog how many connections the system keeps waiting
  /// @param childInitializer fills the pipelines of accepted connections
  /// @return a coroutine that gives a channel for each address
  @CheckReturnValue
  public Coroutine<List<Channel>> listen(
      @Nullable String host, int port, int backlog, ChannelHandler childInitializer) {
    ServerOptions options = ServerOptions.defaults().withBacklog(backlog);
    List<@Nullable String> hosts = new ArrayList<>();
    hosts.add(host);
    return async(() -> new Binder(this, port, options, nettyLoop(), childInitializer).bind(hosts));
  }

  // ---- TLS ----

  /// {@return the context for clients with these options; built on a thread of its own the first
  /// time}
  ///
  /// @param tls the settings
  @CheckReturnValue
  public Coroutine<SslContext> clientTls(Tls tls) {
    return toThread(() -> TlsContexts.client(tls));
  }

  /// {@return the context for servers with these options; built on a thread of its own the first
  /// time}
  ///
  /// @param tls the settings
  @CheckReturnValue
  public Coroutine<SslContext> serverTls(Tls tls) {
    return toThread(() -> TlsContexts.server(tls));
  }

  /// {@return a handler, to be added first to the pipeline of `channel`, that encrypts a client's
  /// connection to `host`, asks for its certificate by name, and checks it as the options say}
  ///
  /// It has no timeout for the handshake: await `handshakeFuture()` with one of the loop's.
  ///
  /// @param context what [#clientTls(Tls)] has given
  /// @param channel the connection
  /// @param tls the settings
  /// @param host the host, whose certificate is expected unless the settings name another
  /// @param port the port
  public SslHandler newClientTlsHandler(
      SslContext context, Channel channel, Tls tls, String host, int port) {
    String name = Objects.requireNonNullElse(tls.serverHostname(), host);
    SslHandler handler = context.newHandler(channel.alloc(), name, port);
    tellTheName(handler.engine(), name);
    return withoutTimers(handler);
  }

  /// The JDK tells the server the name of the host only if there is a dot in it, as there is none
  /// in `localhost`.
  private static void tellTheName(SSLEngine engine, String name) {
    if (name.contains(".") || name.contains(":")) {
      return; // done by the JDK, or an address
    }
    try {
      SSLParameters parameters = engine.getSSLParameters();
      parameters.setServerNames(List.of(new SNIHostName(name)));
      engine.setSSLParameters(parameters);
    } catch (IllegalArgumentException _) {
      // no name that could be told
    }
  }

  /// The same for an accepted connection.
  ///
  /// @param context what [#serverTls(Tls)] has given
  /// @param channel the accepted connection
  /// @return the handler, for the front of the pipeline
  public SslHandler newServerTlsHandler(SslContext context, Channel channel) {
    return withoutTimers(
        context instanceof JdkSslContext
            ? new ServerTlsHandler(context.newEngine(channel.alloc()))
            : context.newHandler(channel.alloc()));
  }

  private static SslHandler withoutTimers(SslHandler handler) {
    handler.setHandshakeTimeoutMillis(0);
    return handler;
  }
}
