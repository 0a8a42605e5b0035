package jasyncio.bench.rivals;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Servers on Netty with nothing above it: one event loop, native epoll where it works. `/page`
/// gives 1 KiB to whoever measures a client.
final class RawNettyServers {
  private static final int BACKLOG = 4096;
  private static final byte[] PLAIN = "Hello, World!".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] PAGE = "x".repeat(1024).getBytes(StandardCharsets.US_ASCII);

  private RawNettyServers() {}

  static EventLoopGroup group(boolean epoll) {
    return new MultiThreadIoEventLoopGroup(
        1, epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
  }

  /// Serves one of `serve_echo`, `serve_tls`, `serve_http` until the process ends.
  ///
  /// @param provider who does the cryptography of TLS
  /// @return false if there is no server of that name
  static boolean serve(String kind, int port, SslProvider provider, @Nullable Path folder)
      throws Exception {
    Supplier<List<ChannelHandler>> handlers;
    switch (kind) {
      case "serve_echo" -> handlers = () -> List.of(new Echo());
      case "serve_tls" -> {
        if (folder == null) {
          throw new IllegalArgumentException("serve_tls needs the folder of cert.pem and key.pem");
        }
        SslContext tls =
            SslContextBuilder.forServer(
                    folder.resolve("cert.pem").toFile(), folder.resolve("key.pem").toFile())
                .sslProvider(provider)
                .build();
        handlers = () -> List.of(tls.newHandler(Unpooled.EMPTY_BUFFER.alloc()), new Echo());
      }
      case "serve_http" -> handlers = () -> List.of(new HttpServerCodec(), new Site());
      default -> {
        return false;
      }
    }
    boolean epoll = Epoll.isAvailable();
    new ServerBootstrap()
        .group(group(epoll))
        .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
        .option(ChannelOption.SO_BACKLOG, BACKLOG)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childHandler(
            new ChannelInitializer<>() {
              @Override
              protected void initChannel(Channel channel) {
                handlers.get().forEach(channel.pipeline()::addLast);
              }
            })
        .bind("127.0.0.1", port)
        .sync();
    System.out.println("READY");
    Thread.currentThread().join();
    return true;
  }

  private static final class Echo extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      context.write(message, context.voidPromise());
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      context.flush();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }

  private static final class Site extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      if (message instanceof HttpRequest request) {
        context.write(answer(request.uri()), context.voidPromise());
      }
      ReferenceCountUtil.release(message);
    }

    private static FullHttpResponse answer(String path) {
      boolean json = path.equals("/json");
      byte[] body =
          path.equals("/page")
              ? PAGE
              : json
                  ? "{\"message\":\"Hello, World!\"}".getBytes(StandardCharsets.US_ASCII)
                  : PLAIN;
      var response =
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.wrappedBuffer(body));
      response
          .headers()
          .set(HttpHeaderNames.CONTENT_TYPE, json ? "application/json" : "text/plain")
          .setInt(HttpHeaderNames.CONTENT_LENGTH, body.length);
      return response;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
      context.flush();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
      context.close();
    }
  }
}
