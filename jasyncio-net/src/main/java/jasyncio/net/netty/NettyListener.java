package jasyncio.net.netty;

import io.netty.channel.Channel;
import jasyncio.net.spi.Listener;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Listening channels. Used on the loop.
///
/// @param bridge that of the loop that listens
/// @param channels one for each address
/// @param unix what they are if they listen at a Unix socket
record NettyListener(NettyBridge bridge, List<Channel> channels, @Nullable UnixListener unix)
    implements Listener {
  @Override
  public void startAccepting() {
    channels.forEach(channel -> channel.config().setAutoRead(true));
  }

  @Override
  public List<SocketAddress> addresses() {
    return unix == null
        ? channels.stream().map(Channel::localAddress).toList()
        : List.of(UnixDomainSocketAddress.of(unix.path()));
  }

  @Override
  public void close() {
    if (unix != null) {
      unix.cleanUp();
    }
    channels.forEach(bridge::close);
  }
}
