package jasyncio.net.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannel;
import io.netty.util.AttributeKey;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import org.jspecify.annotations.Nullable;

/// Sends empty datagrams straight through the socket of a channel, since Netty drops them.
///
/// Two cannot be sent. On a connected NIO channel the JDK drops them too. And nobody tells whether
/// the system has taken one or had no room for it: over a network datagrams may be lost anyway, but
/// between Unix sockets nothing is.
final class EmptyDatagrams {
  private static final AttributeKey<DatagramChannel> NIO_SOCKET =
      AttributeKey.valueOf(EmptyDatagrams.class, "socket");
  private static final ByteBuffer NOTHING = ByteBuffer.allocateDirect(1).limit(0);

  private EmptyDatagrams() {}

  /// {@return a channel of `socket`, which Netty keeps to itself and is remembered here}
  static NioDatagramChannel nioChannel(DatagramChannel socket) {
    NioDatagramChannel channel = new NioDatagramChannel(socket);
    channel.attr(NIO_SOCKET).set(socket);
    return channel;
  }

  /// {@return a channel of a new socket}
  static NioDatagramChannel nioChannel(SocketProtocolFamily family) {
    try {
      return nioChannel(DatagramChannel.open(family.toJdkFamily()));
    } catch (IOException e) {
      throw new ChannelException("Failed to open a socket.", e);
    }
  }

  /// Throws an `IllegalArgumentException` that says why if `channel` cannot send any.
  static void check(Channel channel, boolean connected) {
    if (!(channel instanceof io.netty.channel.socket.DatagramChannel)) {
      throw new IllegalArgumentException(
          "an empty datagram cannot be sent over a Unix socket: nobody tells whether the system has"
              + " taken it, and it might be lost. Send at least one byte");
    }
    if (connected && channel.attr(NIO_SOCKET).get() != null) {
      throw new IllegalArgumentException(
          "an empty datagram cannot be sent on a connected NIO channel: the JDK drops it. Send at"
              + " least one byte, or open the socket with a local address only and give sendto the"
              + " address");
    }
  }

  /// Sends one. It is lost if the system has no room for it.
  ///
  /// @param target null if the channel is connected
  static void send(Channel channel, @Nullable InetSocketAddress target) throws IOException {
    DatagramChannel nio = channel.attr(NIO_SOCKET).get();
    if (nio != null) {
      nio.send(NOTHING.duplicate(), target);
    } else if (channel instanceof UnixChannel unix && unix.fd() instanceof Socket socket) {
      if (target == null) {
        socket.send(NOTHING, 0, 0);
      } else {
        socket.sendTo(NOTHING, 0, 0, target.getAddress(), target.getPort());
      }
    } else {
      throw new IOException("an empty datagram cannot be sent by " + channel);
    }
  }
}
