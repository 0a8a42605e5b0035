package jasyncio.net;

import jasyncio.CheckReturnValue;
import jasyncio.Coroutine;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// A socket for datagrams (UDP). Made by [Net#createDatagramEndpoint].
///
/// Used on its loop. Counterpart: `asyncio.DatagramTransport`.
public interface DatagramTransport extends BaseTransport {
  /// Sends a copy of `data` to the address the socket is connected to, without waiting. What the
  /// system does not take now is sent later; an error is told to the protocol's `errorReceived`.
  ///
  /// Does not suspend. What is sent in one turn leaves together, at its end.
  ///
  /// @param data the bytes to send
  /// @throws IllegalArgumentException if the socket is not connected, or `data` is empty and cannot
  ///   be sent as it is, see the other method
  default void sendto(byte[] data) {
    sendto(data, null);
  }

  /// Sends a copy of what remains in `data`, whose position moves to its limit, as
  /// [#sendto(byte\[\])] does.
  ///
  /// @param data the bytes to send
  default void sendto(ByteBuffer data) {
    sendto(data, null);
  }

  /// Sends a copy of what remains in `data`, whose position moves to its limit, as
  /// [#sendto(byte\[\], SocketAddress)] does: what a protocol received can be sent as it is.
  ///
  /// @param data the bytes to send
  /// @param address an IP address and a port; null for the one the socket is connected to
  default void sendto(ByteBuffer data, @Nullable SocketAddress address) {
    byte[] bytes = new byte[data.remaining()];
    data.get(bytes);
    sendto(bytes, address);
  }

  /// Sends a copy of `data` to an address.
  ///
  /// An empty datagram leaves at once, and all that was sent before it. If the system has no room
  /// for it, it is lost without an error.
  ///
  /// @param address an IP address and a port; null for the one the socket is connected to
  /// @param data the bytes to send
  /// @throws IllegalArgumentException if a connected socket is connected to another address; if
  ///   there is no address, or a name that has not been looked up; if `data` is empty on a
  ///   connected NIO channel, for the JDK would drop it, or on a Unix socket, where it might be
  ///   lost
  void sendto(byte[] data, @Nullable SocketAddress address);

  /// Closes it at once; what is not sent is dropped.
  void abort();

  /// {@return how many bytes wait to be sent; 8 for the header of each datagram are counted}
  long getWriteBufferSize();

  /// {@return when the protocol is told to pause and to resume writing}
  WriteTransport.WriteBufferLimits getWriteBufferLimits();

  /// Tells the protocol to pause when more than `high` bytes wait to be sent, at once if they do
  /// already, and to resume when no more than `low` do.
  ///
  /// @param high null for four times `low`, or 64 KiB
  /// @param low null for a quarter of `high`
  /// @throws IllegalArgumentException unless `high >= low >= 0`
  void setWriteBufferLimits(@Nullable Long high, @Nullable Long low);

  /// Receives what is sent to a multicast group from now on.
  ///
  /// Suspends. Cancel-safe, but the group may be joined all the same. Throws an
  /// [java.io.IOException] if the system does not allow it.
  ///
  /// @param group an address of the socket's family
  /// @param network where to listen for it
  /// @return a coroutine without a result
  @CheckReturnValue
  Coroutine<@Nullable Void> joinGroup(InetAddress group, NetworkInterface network);

  /// Receives no longer what is sent to a multicast group.
  ///
  /// Suspends. Cancel-safe, but the group may be left all the same.
  ///
  /// @param group an address of the socket's family
  /// @param network the network interface
  /// @return a coroutine without a result
  @CheckReturnValue
  Coroutine<@Nullable Void> leaveGroup(InetAddress group, NetworkInterface network);
}
