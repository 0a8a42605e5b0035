package jasyncio.bench.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Connections to one server of this machine that send the same request over and over.
final class Load implements AutoCloseable {
  private static final boolean EPOLL = Epoll.isAvailable();

  private final int port;
  private final ByteBuf request;
  private final int batch;
  private final boolean http;
  private final @Nullable SslContext tls;
  private final After after;
  private final Tally tally = new Tally();
  private final EventLoopGroup group =
      new MultiThreadIoEventLoopGroup(
          1, EPOLL ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());

  /// What a connection does when it has its answer.
  enum After {
    REPEAT,
    RECONNECT,
    REST
  }

  private Load(
      int port, byte[] request, int batch, boolean http, @Nullable SslContext tls, After after) {
    this.port = port;
    this.request = Unpooled.unreleasableBuffer(Unpooled.directBuffer().writeBytes(request));
    this.batch = batch;
    this.http = http;
    this.tls = tls;
    this.after = after;
  }

  static Load echo(int port, int size, boolean encrypted) throws SSLException {
    return new Load(port, new byte[size], 1, false, encrypted ? trusting() : null, After.REPEAT);
  }

  static Load http(int port, int pipelined, String path) {
    byte[] requests =
        ("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
            .repeat(pipelined)
            .getBytes(StandardCharsets.US_ASCII);
    return new Load(port, requests, pipelined, true, null, After.REPEAT);
  }

  static Load handshakes(int port) throws SSLException {
    return new Load(port, new byte[1], 1, false, trusting(), After.RECONNECT);
  }

  static Load once(int port, int size) {
    return new Load(port, new byte[size], 1, false, null, After.REST);
  }

  /// Its sessions are never resumed: its engines are not told whom they talk to.
  private static SslContext trusting() throws SSLException {
    return SslContextBuilder.forClient()
        .trustManager(InsecureTrustManagerFactory.INSTANCE)
        .endpointIdentificationAlgorithm(null)
        .protocols("TLSv1.3")
        .build();
  }

  Tally tally() {
    return tally;
  }

  ByteBuf request() {
    return request.duplicate();
  }

  int batch() {
    return batch;
  }

  boolean isHttp() {
    return http;
  }

  After after() {
    return after;
  }

  boolean isEncrypted() {
    return tls != null;
  }

  void open(int connections) throws InterruptedException {
    for (int i = 0; i < connections; i++) {
      connect(null).sync();
    }
  }

  void openAndAwait() throws Exception {
    CompletableFuture<Boolean> answered = new CompletableFuture<>();
    connect(answered).sync();
    answered.get();
  }

  io.netty.channel.ChannelFuture connect(@Nullable CompletableFuture<Boolean> answered) {
    long start = System.nanoTime();
    return new Bootstrap()
        .group(group)
        .channel(EPOLL ? EpollSocketChannel.class : NioSocketChannel.class)
        .option(ChannelOption.TCP_NODELAY, true)
        .handler(
            new ChannelInitializer<SocketChannel>() {
              @Override
              protected void initChannel(SocketChannel channel) {
                addHandlers(channel, new Client(Load.this, start, answered));
              }
            })
        .connect("127.0.0.1", port);
  }

  private void addHandlers(Channel channel, Client client) {
    if (tls != null) {
      channel.pipeline().addLast(tls.newHandler(channel.alloc()));
    }
    channel.pipeline().addLast(client);
  }

  @Override
  public void close() {
    group.shutdownGracefully();
  }
}
