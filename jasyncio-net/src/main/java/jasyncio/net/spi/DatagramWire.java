package jasyncio.net.spi;

import jasyncio.CheckReturnValue;
import jasyncio.Coroutine;
import jasyncio.EventLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// A socket for datagrams, as a transport sees it. What comes in, datagrams and errors in their
/// order, is kept by the wire until its owner has taken it: [#next()].
///
/// Used on the loop, and tells its [DatagramOwner] on the loop.
public interface DatagramWire {
  /// {@return the loop it belongs to}
  EventLoop loop();

  /// {@return whether its loop is closing, and runs no callbacks any more}
  boolean isLoopEnding();

  /// {@return where everything is sent; null if each datagram has an address of its own}
  @Nullable SocketAddress remote();

  /// {@return whether it is a Unix socket}
  boolean isUnix();

  // ---- sending ----

  /// Refuses a datagram that cannot be sent.
  ///
  /// @param length its size
  /// @throws IllegalArgumentException that says why
  void check(int length);

  /// Sends a copy of `data`, when the turn ends; the owner is told when it has left.
  ///
  /// @param data what to send
  /// @param target null if there is a remote address
  void send(byte[] data, @Nullable SocketAddress target);

  /// Sends what there is, as far as the system takes it now.
  void flush();

  // ---- receiving ----

  /// Goes on to the next of what has come in, of which [#error()] or [#data()] then tells.
  ///
  /// @return whether there is one
  boolean next();

  /// {@return the error that has come in, or null if it is a datagram}
  @Nullable IOException error();

  /// {@return the datagram that has come in} Valid until [#consumed()].
  ByteBuffer data();

  /// {@return who has sent it} In the JDK's form.
  SocketAddress sender();

  /// The datagram is done with.
  void consumed();

  /// Puts an error behind what has come in.
  ///
  /// @param error what went wrong
  void add(IOException error);

  /// {@return whether nothing has come in}
  boolean isEmpty();

  /// Drops all that has come in.
  void dropInput();

  // ---- groups ----

  /// Receives what is sent to a group, too.
  ///
  /// Suspends. Throws an [IOException] of the system.
  ///
  /// @param group the group's address
  /// @param network where
  /// @return a coroutine without a result
  @CheckReturnValue
  Coroutine<@Nullable Void> joinGroup(InetAddress group, NetworkInterface network);

  /// Receives what is sent to a group no more.
  ///
  /// Suspends. Throws an [IOException] of the system.
  ///
  /// @param group the group's address
  /// @param network where
  /// @return a coroutine without a result
  @CheckReturnValue
  Coroutine<@Nullable Void> leaveGroup(InetAddress group, NetworkInterface network);

  // ---- the end ----

  /// Closes it; what has not left is lost.
  void close();

  /// {@return where we are} In the JDK's form.
  @Nullable SocketAddress localAddress();
}
