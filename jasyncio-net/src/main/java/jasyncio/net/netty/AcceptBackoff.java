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
/// asking again at once would fail again at once, and keep the loop busy with it. Any other error
/// is that of one connection, which is gone with it: the next is accepted at once.
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
    Channel listening = context.channel();
    if (!listening.config().isAutoRead() || loop.isClosed()) {
      return; // it rests already
    }
    switch (AcceptError.of(cause)) {
      case GONE -> {}
      case OF_ONE_CONNECTION ->
          report("socket.accept() failed: one connection is lost", cause, listening);
      case SHORTAGE -> {
        report("socket.accept() out of system resource", cause, listening);
        rest(listening);
      }
    }
  }

  private void report(String message, Throwable cause, Channel listening) {
    loop.callSoon(
        () ->
            loop.callExceptionHandler(
                ExceptionContext.of(message).withException(cause).with("socket", listening)),
        new Context());
  }

  private void rest(Channel listening) {
    listening.config().setAutoRead(false);
    loop.callLater(
        RETRY_DELAY,
        () -> {
          if (listening.isOpen()) {
            listening.config().setAutoRead(true);
          }
        },
        new Context());
  }
}
