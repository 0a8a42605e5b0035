package jasyncio.net;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.toThread;

import jasyncio.Coroutine;
import jasyncio.EventLoop;
import jasyncio.Future;
import jasyncio.net.spi.ChannelWatcher;
import jasyncio.net.spi.ChannelWatcher.Direction;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The `sock_*` calls: each tries at once, and waits for the channel while it cannot.
final class RawSockets {
  /// How much of a file goes in one call: so that it does not hold the loop for long.
  private static final long FILE_PIECE = 8L * 1024 * 1024;

  private RawSockets() {}

  /// Waits, in the current task.
  private static void until(SelectableChannel channel, Direction direction) {
    EventLoop loop = getRunningLoop();
    ChannelWatcher watcher = ChannelWatcher.of(loop);
    if (watcher.isWatched(channel, direction)) {
      throw new IllegalStateException(
          channel
              + " is waited for already, by another task or a callback: one at a time may "
              + (direction == Direction.READ ? "read" : "write"));
    }
    Future<@Nullable Void> ready = loop.createFuture();
    watcher.add(
        channel,
        direction,
        () -> {
          ready.trySetResult(null);
        });
    try {
      await(ready);
    } finally {
      watcher.remove(channel, direction);
    }
  }

  private static void check(SelectableChannel channel) {
    if (channel.isBlocking()) {
      throw new IllegalArgumentException(
          "the socket must be non-blocking: call configureBlocking(false) on " + channel);
    }
  }

  static <C extends SelectableChannel & ReadableByteChannel> Coroutine<byte[]> recv(
      C channel, int most) {
    return async(() -> {
      ByteBuffer buffer = ByteBuffer.allocate(most);
      receive(channel, buffer);
      return Arrays.copyOf(buffer.array(), buffer.position());
    });
  }

  static <C extends SelectableChannel & ReadableByteChannel> Coroutine<Integer> recvInto(
      C channel, ByteBuffer buffer) {
    return async(() -> receive(channel, buffer));
  }

  private static <C extends SelectableChannel & ReadableByteChannel> int receive(
      C channel, ByteBuffer buffer) throws IOException {
    check(channel);
    while (true) {
      int count = channel.read(buffer);
      if (count != 0 || !buffer.hasRemaining()) {
        return Math.max(count, 0);
      }
      until(channel, Direction.READ);
    }
  }

  static <C extends SelectableChannel & WritableByteChannel> Coroutine<@Nullable Void> sendAll(
      C channel, ByteBuffer data) {
    return async(() -> {
      check(channel);
      while (data.hasRemaining()) {
        if (channel.write(data) == 0) {
          until(channel, Direction.WRITE);
        }
      }
    });
  }

  static Coroutine<@Nullable Void> connect(SocketChannel channel, SocketAddress address) {
    return async(() -> {
      check(channel);
      SocketAddress target = address;
      if (address instanceof InetSocketAddress internet && internet.isUnresolved()) {
        InetAddress found = await(toThread(() -> InetAddress.getByName(internet.getHostString())));
        target = new InetSocketAddress(found, internet.getPort());
      }
      boolean connected = channel.connect(target);
      while (!connected) {
        until(channel, Direction.WRITE);
        connected = channel.finishConnect();
      }
    });
  }

  static Coroutine<SocketChannel> accept(ServerSocketChannel channel) {
    return async(() -> {
      check(channel);
      while (true) {
        SocketChannel accepted = channel.accept();
        if (accepted != null) {
          accepted.configureBlocking(false);
          return accepted;
        }
        until(channel, Direction.READ);
      }
    });
  }

  static Coroutine<SocketAddress> receiveFrom(DatagramChannel channel, ByteBuffer buffer) {
    return async(() -> {
      check(channel);
      while (true) {
        SocketAddress sender = channel.receive(buffer);
        if (sender != null) {
          return sender;
        }
        until(channel, Direction.READ);
      }
    });
  }

  static Coroutine<Integer> sendTo(DatagramChannel channel, ByteBuffer data, SocketAddress target) {
    return async(() -> {
      check(channel);
      int length = data.remaining();
      while (channel.send(data, target) == 0 && length > 0) {
        until(channel, Direction.WRITE);
      }
      return length;
    });
  }

  static Coroutine<Long> sendFile(
      SocketChannel channel, FileChannel file, long offset, @Nullable Long count) {
    return async(() -> {
      check(channel);
      Sendfile.checkRange(offset, count);
      long end = Sendfile.end(file, offset, count);
      long at = offset;
      try {
        while (at < end) {
          long sent = file.transferTo(at, Math.min(end - at, FILE_PIECE), channel);
          at += sent;
          if (sent == 0) {
            if (at >= file.size()) {
              break; // it has become shorter
            }
            until(channel, Direction.WRITE);
          }
        }
      } finally {
        file.position(at);
      }
      return at - offset;
    });
  }
}
