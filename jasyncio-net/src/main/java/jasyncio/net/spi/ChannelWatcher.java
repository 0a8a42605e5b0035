package jasyncio.net.spi;

import jasyncio.Context;
import jasyncio.EventLoop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// Calls back when channels of the JDK can be read or written.
///
/// Everything here runs on the loop, but for the selector's own thread, which sees the orders and
/// the keys only.
public final class ChannelWatcher {
  /*
   * Overview
   *
   * A loop may wait in epoll, which knows nothing of the JDK's channels; so they are watched by a
   * selector on a thread of its own, made with the first and ended with the loop. It takes orders
   * from the loop. What is ready loses its interest there at once, the loop is told, runs the
   * callback, and orders the interest again: so a callback is called as long as its channel is
   * ready, and once for each look.
   */

  /// What a channel is watched for.
  public enum Direction {
    /// Data, the end of it, or for a listening channel a connection.
    READ,
    /// Room for data, or the end of connecting.
    WRITE
  }

  private static final PerLoop<ChannelWatcher> OF_LOOP =
      new PerLoop<>(ChannelWatcher::start, ChannelWatcher::close);

  /// What is called for a channel.
  private static final class Watch {
    final SelectableChannel channel;
    @Nullable Call reader;
    @Nullable Call writer;

    Watch(SelectableChannel channel) {
      this.channel = channel;
    }

    @Nullable Call get(Direction direction) {
      return direction == Direction.READ ? reader : writer;
    }

    void set(Direction direction, @Nullable Call call) {
      if (direction == Direction.READ) {
        reader = call;
      } else {
        writer = call;
      }
    }
  }

  private record Call(Runnable callback, Context context, int interest) {}

  private final EventLoop loop;
  private final Selector selector;
  private final IdentityHashMap<SelectableChannel, Watch> watches = new IdentityHashMap<>();

  /// Concurrent: from the loop to the selector's thread.
  private final Queue<Runnable> orders = new ConcurrentLinkedQueue<>();

  private ChannelWatcher(EventLoop loop) {
    this.loop = loop;
    try {
      this.selector = Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException("no selector for addReader and its kin", e);
    }
  }

  /// {@return the watcher of `loop`, made with the first use}
  ///
  /// @param loop the running loop
  public static ChannelWatcher of(EventLoop loop) {
    return OF_LOOP.of(loop);
  }

  private static ChannelWatcher start(EventLoop loop) {
    ChannelWatcher created = new ChannelWatcher(loop);
    Thread.ofPlatform()
        .daemon()
        .name("jasyncio-selector")
        .inheritInheritableThreadLocals(false)
        .start(created::select);
    return created;
  }

  private void close() {
    try {
      selector.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // ---- on the loop ----

  /// Calls back from now on, instead of what was called before.
  ///
  /// @param channel a non-blocking channel
  /// @param direction what for
  /// @param callback what to run, in the context of the caller
  /// @throws IllegalArgumentException if the channel blocks, is closed, or has no such direction
  public void add(SelectableChannel channel, Direction direction, Runnable callback) {
    int interest = interest(channel, direction);
    Watch watch = watches.computeIfAbsent(channel, Watch::new);
    watch.set(direction, new Call(callback, Context.copyOfCurrent(), interest));
    order(watch, interest);
  }

  private static int interest(SelectableChannel channel, Direction direction) {
    if (!channel.isOpen()) {
      throw new IllegalArgumentException("the channel is closed: " + channel);
    }
    if (channel.isBlocking()) {
      throw new IllegalArgumentException(
          "the socket must be non-blocking: call configureBlocking(false) on " + channel);
    }
    int interest =
        switch (channel) {
          case ServerSocketChannel _ when direction == Direction.READ -> SelectionKey.OP_ACCEPT;
          case SocketChannel socket
              when direction == Direction.WRITE && socket.isConnectionPending() ->
              SelectionKey.OP_CONNECT;
          default -> direction == Direction.READ ? SelectionKey.OP_READ : SelectionKey.OP_WRITE;
        };
    if ((channel.validOps() & interest) == 0) {
      throw new IllegalArgumentException(
          channel + " cannot be " + (direction == Direction.READ ? "read" : "written"));
    }
    return interest;
  }

  /// {@return whether it calls back for the channel}
  ///
  /// @param channel the channel
  /// @param direction what for
  public boolean isWatched(SelectableChannel channel, Direction direction) {
    Watch watch = watches.get(channel);
    return watch != null && watch.get(direction) != null;
  }

  /// Calls back no more.
  ///
  /// @param channel the channel
  /// @param direction what for
  /// @return whether it did
  public boolean remove(SelectableChannel channel, Direction direction) {
    Watch watch = watches.get(channel);
    if (watch == null || watch.get(direction) == null) {
      return false;
    }
    watch.set(direction, null);
    if (watch.reader == null && watch.writer == null) {
      watches.remove(channel);
      order(() -> forget(channel));
    }
    return true;
  }

  /// Calls back no more at all, and runs `then` on the loop once the channel is free: closing it
  /// closes its descriptor then and not later.
  ///
  /// @param channel the channel
  /// @param then what to run
  public void release(SelectableChannel channel, Runnable then) {
    watches.remove(channel);
    Context context = Context.copyOfCurrent();
    order(() -> {
      forget(channel);
      loop.tryPost(then, context);
    });
  }

  /// The selector has found the channel ready.
  private void ready(Watch watch, int ready) {
    call(watch, Direction.READ, ready);
    call(watch, Direction.WRITE, ready);
  }

  private void call(Watch watch, Direction direction, int ready) {
    Call call = watches.get(watch.channel) == watch ? watch.get(direction) : null;
    if (call == null || (call.interest() & ready) == 0) {
      return;
    }
    loop.callSoon(
        () -> {
          if (!isCurrent(watch, direction, call)) {
            return; // removed or replaced meanwhile
          }
          try {
            call.callback().run();
          } finally {
            if (isCurrent(watch, direction, call)) {
              order(watch, call.interest());
            }
          }
        },
        call.context());
  }

  private boolean isCurrent(Watch watch, Direction direction, Call call) {
    return watches.get(watch.channel) == watch && watch.get(direction) == call;
  }

  private void order(Watch watch, int interest) {
    order(() -> arm(watch, interest));
  }

  private void order(Runnable order) {
    orders.add(order);
    selector.wakeup();
  }

  // ---- on the selector's thread ----

  private void select() {
    List<SelectionKey> found = new ArrayList<>();
    try {
      while (true) {
        selector.select(found::add); // not selectedKeys(): the loop clears them when it ends
        for (Runnable order = orders.poll(); order != null; order = orders.poll()) {
          order.run();
        }
        found.forEach(this::tell);
        found.clear();
      }
    } catch (ClosedSelectorException e) {
      // the loop has ended
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void tell(SelectionKey key) {
    try {
      int ready = key.readyOps();
      key.interestOpsAnd(~ready);
      Watch watch = (Watch) key.attachment();
      loop.tryPost(() -> ready(watch, ready), new Context());
    } catch (CancelledKeyException e) {
      // the channel was closed meanwhile
    }
  }

  private void arm(Watch watch, int interest) {
    try {
      SelectionKey key = watch.channel.keyFor(selector);
      if (key != null && key.isValid() && key.attachment() == watch) {
        key.interestOpsOr(interest);
        return;
      }
      if (key != null) {
        key.cancel();
        selector.selectNow(_ -> {});
      }
      watch.channel.register(selector, interest, watch);
    } catch (ClosedChannelException | CancelledKeyException e) {
      // nothing will come of it any more
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void forget(SelectableChannel channel) {
    SelectionKey key = channel.keyFor(selector);
    if (key != null) {
      key.cancel();
      try {
        selector.selectNow(_ -> {}); // only then the channel is free
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
