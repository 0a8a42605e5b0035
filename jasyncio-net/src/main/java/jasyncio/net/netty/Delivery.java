package jasyncio.net.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollSocketChannel;
import java.net.InetSocketAddress;

/// Whether all that a connection has sent is in the hands of the peer's system, once our side has
/// been ended.
enum Delivery {
  DONE,
  UNDER_WAY,

  /// The system cannot be asked: NIO has no way to.
  UNKNOWN;

  /// The package whose channels can be asked. Its classes may be missing.
  private static final String EPOLL = "io.netty.channel.epoll";

  /// Linux's numbers for the states of a connection whose end the peer has acknowledged.
  private static final int TCP_FIN_WAIT2 = 5;

  private static final int TCP_TIME_WAIT = 6;

  /// What is known of `channel`, whose output has been shut down.
  static Delivery of(Channel channel) {
    if (!(channel.remoteAddress() instanceof InetSocketAddress)) {
      return DONE; // a Unix socket hands over at once
    }
    return channel.getClass().getPackageName().equals(EPOLL) ? ofEpoll(channel) : UNKNOWN;
  }

  private static Delivery ofEpoll(Channel channel) {
    try {
      int state = ((EpollSocketChannel) channel).tcpInfo().state();
      return state == TCP_FIN_WAIT2 || state == TCP_TIME_WAIT ? DONE : UNDER_WAY;
    } catch (ChannelException _) {
      return UNKNOWN;
    }
  }
}
