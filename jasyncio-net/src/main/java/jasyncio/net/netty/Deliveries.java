package jasyncio.net.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.epoll.EpollSocketChannel;
import jasyncio.net.spi.Delivery;
import java.net.InetSocketAddress;

/// Whether all that a channel has sent is in the hands of the peer's system, once our side has been
/// ended.
final class Deliveries {
  /// The package whose channels can be asked. Its classes may be missing.
  private static final String EPOLL = "io.netty.channel.epoll";

  /// Linux's numbers for the states of a connection whose end the peer has acknowledged.
  private static final int TCP_FIN_WAIT2 = 5;

  private static final int TCP_TIME_WAIT = 6;

  private Deliveries() {}

  /// What is known of `channel`, whose output has been shut down.
  static Delivery of(Channel channel) {
    if (!(channel.remoteAddress() instanceof InetSocketAddress)) {
      return Delivery.DONE; // a Unix socket hands over at once
    }
    return channel.getClass().getPackageName().equals(EPOLL) ? ofEpoll(channel) : Delivery.UNKNOWN;
  }

  private static Delivery ofEpoll(Channel channel) {
    try {
      int state = ((EpollSocketChannel) channel).tcpInfo().state();
      return state == TCP_FIN_WAIT2 || state == TCP_TIME_WAIT ? Delivery.DONE : Delivery.UNDER_WAY;
    } catch (ChannelException _) {
      return Delivery.UNKNOWN;
    }
  }
}
