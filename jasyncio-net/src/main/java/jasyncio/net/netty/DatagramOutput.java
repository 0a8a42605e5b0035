package jasyncio.net.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.socket.DatagramPacket;
import io.netty.channel.unix.DomainDatagramPacket;
import io.netty.channel.unix.DomainSocketAddress;
import jasyncio.net.WriteTransport.WriteBufferLimits;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What a socket for datagrams has yet to send, in order, and how much of it makes its protocol
/// pause. Used on the loop.
final class DatagramOutput {
  /*
   * Overview
   *
   * Netty sends what it is given, when the turn ends. An empty datagram goes past it and must not
   * overtake: it waits in `held` until Netty has nothing left, and what is sent meanwhile waits
   * behind it. Mostly one flush is enough for that, and `held` is empty again.
   *
   * CPython: `_SelectorDatagramTransport.sendto`, `_FlowControlMixin`, 3.14.
   */

  /// CPython: `_header_size`. Many empty datagrams are not nothing.
  private static final int HEADER = 8;

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
  private final Runnable pause;
  private final Consumer<@Nullable Throwable> left;
  private final Queue<Held> held = new ArrayDeque<>();
  private WriteBufferLimits limits = WriteBufferLimits.of(null, null);
  private long pending;
  private int inNetty;
  private boolean paused;
  private boolean resumeDue;
  private boolean releasing;

  /// @param pause tells the protocol to send no more for now
  /// @param left called when a datagram is gone, with what went wrong
  DatagramOutput(
      NettyBridge bridge, Channel channel, Runnable pause, Consumer<@Nullable Throwable> left) {
    this.bridge = bridge;
    this.channel = channel;
    this.pause = pause;
    this.left = left;
  }

  // ---- sending ----

  /// Sends a copy of `data`.
  ///
  /// @param target null on a connected socket
  void send(byte[] data, @Nullable SocketAddress target) {
    pending += data.length + HEADER;
    if (data.length > 0 && held.isEmpty()) {
      giveToNetty(data, target);
    } else {
      held.add(new Held(data.clone(), target));
      release();
    }
    pauseIfHigh();
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
            gone(data.length, done.cause());
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
    gone(0, error);
  }

  private void gone(int length, @Nullable Throwable error) {
    pending -= length + HEADER;
    if (paused && pending <= limits.low()) {
      resumeDue = true;
    }
    left.accept(error);
  }

  // ---- flow control ----

  /// How many bytes wait.
  long pending() {
    return pending;
  }

  WriteBufferLimits limits() {
    return limits;
  }

  void setLimits(@Nullable Long high, @Nullable Long low) {
    limits = WriteBufferLimits.of(high, low);
    pauseIfHigh();
  }

  private void pauseIfHigh() {
    if (pending <= limits.high()) {
      return;
    }
    resumeDue = false; // it has not been told, so for it nothing has changed
    if (!paused) {
      paused = true;
      pause.run();
    }
  }

  boolean resumeDue() {
    return resumeDue;
  }

  /// Whether the protocol is to be told now that it may go on.
  boolean takeResume() {
    boolean due = resumeDue;
    if (due) {
      resumeDue = false;
      paused = false;
    }
    return due;
  }
}
