package jasyncio.net.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/// What a socket for datagrams has yet to send, in order. Used on the loop.
final class DatagramOutput {
  /*
   * Overview
   *
   * Netty sends what it is given, when the turn ends. An empty datagram goes past it and must not
   * overtake: it waits in `held` until Netty has nothing left, and what is sent meanwhile waits
   * behind it. Mostly one flush is enough for that, and `held` is empty again.
   */

  /// Called when a datagram is gone.
  @FunctionalInterface
  interface Left {
    /// One datagram is gone.
    ///
    /// @param length its size
    /// @param failure null if it has left
    void left(int length, @Nullable Throwable failure);
  }

  private static final class Held {
    final byte[] data;
    final @Nullable SocketAddress target;

    Held(byte[] data, @Nullable SocketAddress target) {
      this.data = data;
      this.target = target;
    }
  }

  private final NettyBridge bridge;
  private final Channel channel;
  private final Left left;
  private final Queue<Held> held = new ArrayDeque<>();
  private int inNetty;
  private boolean releasing;

  DatagramOutput(NettyBridge bridge, Channel channel, Left left) {
    this.bridge = bridge;
    this.channel = channel;
    this.left = left;
  }

  /// Sends a copy of `data`.
  ///
  /// @param target null on a connected socket
  void send(byte[] data, @Nullable SocketAddress target) {
    if (data.length > 0 && held.isEmpty()) {
      giveToNetty(data, target);
    } else {
      held.add(new Held(data.clone(), target));
      release();
    }
  }

  private void giveToNetty(byte[] data, @Nullable SocketAddress target) {
    boolean entered = bridge.enter();
    try {
      ByteBuf copy = channel.alloc().ioBuffer(data.length).writeBytes(data);
      inNetty++;
      bridge
          .write(channel, packet(copy, target))
          .addListener(done -> {
            inNetty--;
            left.left(data.length, done.cause());
            release();
          });
    } finally {
      bridge.leave(entered);
    }
  }

  private static Object packet(ByteBuf data, @Nullable SocketAddress target) {
    return switch (target) {
      case InetSocketAddress internet -> new DatagramPacket(data, internet);
      case UnixDomainSocketAddress unix ->
          new DomainDatagramPacket(data, new DomainSocketAddress(unix.getPath().toString()));
      case null, default -> data;
    };
  }

  /// Goes on with what is held, as far as it may.
  private void release() {
    if (releasing || held.isEmpty()) {
      return;
    }
    releasing = true;
    try {
      for (Held next = held.peek(); next != null; next = held.peek()) {
        if (next.data.length > 0) {
          held.remove();
          giveToNetty(next.data, next.target);
          continue;
        }
        if (inNetty > 0) {
          bridge.inside(channel::flush);
        }
        if (inNetty > 0) {
          return; // the system takes no more; the next one that leaves calls again
        }
        held.remove();
        sendEmpty(next);
      }
    } finally {
      releasing = false;
    }
  }

  private void sendEmpty(Held empty) {
    Throwable error = null;
    try {
      EmptyDatagrams.send(channel, (InetSocketAddress) empty.target);
    } catch (IOException | RuntimeException e) {
      error = e;
    }
    left.left(0, error);
  }
}
