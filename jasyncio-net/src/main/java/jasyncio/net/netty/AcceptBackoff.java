package jasyncio.net.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import jasyncio.Context;
import jasyncio.EventLoop;
import jasyncio.ExceptionContext;
import java.time.Duration;

/// Lets a listening socket rest when the system has no descriptor or memory for another connection:
/// asking again at once would fail again at once, and keep the loop busy with it.
///
/// Counterpart: the accept loop of `BaseSelectorEventLoop`.
@Sharable
final class AcceptBackoff extends ChannelInboundHandlerAdapter {
  /// CPython: `ACCEPT_RETRY_DELAY`.
  private static final Duration RETRY_DELAY = Duration.ofSeconds(1);

  private final EventLoop loop;

  AcceptBackoff(EventLoop loop) {
    this.loop = loop;
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (String.valueOf(cause.getMessage()).contains("aborted")) {
      return; // the client has gone before it was its turn
    }
    Channel listening = context.channel();
    if (!listening.config().isAutoRead() || loop.isClosed()) {
      return; // it rests already
    }
    listening.config().setAutoRead(false);
    Context empty = new Context();
    loop.callSoon(
        () ->
            loop.callExceptionHandler(
                ExceptionContext.of("socket.accept() out of system resource")
                    .withException(cause)
                    .with("socket", listening)),
        empty);
    loop.callLater(
        RETRY_DELAY,
        () -> {
          if (listening.isOpen()) {
            listening.config().setAutoRead(true);
          }
        },
        empty);
  }
}
