package jasyncio.bench.load;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// One connection of a load.
final class Client extends ChannelInboundHandlerAdapter {
  private static final String LENGTH = "content-length:";

  private final Load load;
  private final @Nullable CompletableFuture<Boolean> answered;
  private long start;

  /// Bytes of the answer that have not come yet; -1 if nobody knows how long it is.
  private int missing;

  /// Of an HTTP server: length of one answer, the same each time.
  private int answerBytes = -1;

  private final StringBuilder firstAnswer = new StringBuilder();
  private boolean finished;

  Client(Load load, long start, @Nullable CompletableFuture<Boolean> answered) {
    this.load = load;
    this.start = start;
    this.answered = answered;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    if (!load.isEncrypted()) {
      send(context);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
      send(context);
    }
  }

  private void send(ChannelHandlerContext context) {
    ByteBuf request = load.request();
    if (!load.isHttp()) {
      missing = request.readableBytes();
    } else if (answerBytes >= 0) {
      missing = answerBytes * load.batch();
    } else {
      missing = -1;
    }
    if (load.after() != Load.After.RECONNECT) {
      start = System.nanoTime();
    }
    context.writeAndFlush(request, context.voidPromise());
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf data = (ByteBuf) message;
    if (missing < 0) {
      learn(data);
    } else {
      missing -= data.readableBytes();
    }
    data.release();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext context) {
    if (missing != 0 || finished) {
      return;
    }
    load.tally().add(System.nanoTime() - start, load.batch());
    switch (load.after()) {
      case REPEAT -> send(context);
      case RECONNECT -> {
        finished = true;
        context.channel().config().setOption(ChannelOption.SO_LINGER, 0);
        context.channel().unsafe().closeForcibly();
        load.connect(null);
      }
      case REST -> {
        finished = true;
        if (answered != null) {
          answered.complete(true);
        }
      }
    }
  }

  /// Reads the head of the first answer, to know how long each will be.
  private void learn(ByteBuf data) {
    firstAnswer.append(data.toString(StandardCharsets.ISO_8859_1));
    int head = firstAnswer.indexOf("\r\n\r\n");
    if (head < 0) {
      return;
    }
    if (!firstAnswer.toString().startsWith("HTTP/1.1 200")) {
      throw new IllegalStateException("the server answers " + firstAnswer);
    }
    int length = firstAnswer.toString().toLowerCase(java.util.Locale.ROOT).indexOf(LENGTH);
    if (length < 0 || length > head) {
      throw new IllegalStateException("no Content-Length in " + firstAnswer);
    }
    int end = firstAnswer.indexOf("\r\n", length);
    String value = firstAnswer.substring(length + LENGTH.length(), end).strip();
    answerBytes = head + 4 + Integer.parseInt(value);
    missing = answerBytes * load.batch() - firstAnswer.length();
    firstAnswer.setLength(0);
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    if (!finished) {
      fail(new IllegalStateException("the server closed the connection"));
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    fail(cause);
    context.close();
  }

  private void fail(Throwable cause) {
    if (!finished) {
      finished = true;
      load.tally().addError();
      System.err.println("load: " + cause);
      if (answered != null) {
        answered.completeExceptionally(cause);
      }
    }
  }
}
