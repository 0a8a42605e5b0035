package jasyncio.net.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelFuture;
import java.io.IOException;

/// What Netty has begun to open: a connection, or a socket to listen at.
final class Opening {
  /* Overview

  If the system has no descriptor left, Netty has no channel to give. Its future has failed already
  then, with an exception of its own instead of the system's, and what it calls the channel belongs
  to no loop: it cannot be closed, and listeners would run on a thread of Netty's.
  */

  private Opening() {}

  /// Waits until it is open, in the current task.
  ///
  /// @throws IOException what the system says
  static void await(NettyBridge bridge, ChannelFuture opening) throws IOException {
    if (opening.isDone() && opening.cause() instanceof ChannelException) {
      throw failure(opening.cause());
    }
    jasyncio.Asyncio.await(bridge.toFuture(opening), IOException.class);
  }

  /// Closes it in whatever state it is.
  static void close(NettyBridge bridge, ChannelFuture opening) {
    close(bridge, opening.channel());
  }

  /// Closes it in whatever state it is.
  static void close(NettyBridge bridge, Channel channel) {
    if (channel.isOpen()) {
      bridge.close(channel);
    }
  }

  /// Why it has failed; the system's own words, if Netty has wrapped them.
  static IOException failure(Throwable cause) {
    IOException reason = cause instanceof IOException io ? io : null;
    if (cause instanceof ChannelException) {
      for (Throwable t = cause; t != null; t = t.getCause()) {
        reason = t instanceof IOException io ? io : reason;
      }
    }
    return reason != null ? reason : new IOException(cause);
  }
}
