package jasyncio.net.netty;

import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.nio.NioIoEvent;
import io.netty.channel.nio.NioIoHandle;
import io.netty.channel.nio.NioIoOps;
import jasyncio.net.spi.ChannelWatcher;
import jasyncio.net.spi.ChannelWatcher.Direction;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A channel of the JDK on a loop that waits in epoll, kqueue or io_uring: a socket that the
/// program has made itself. It is watched by the loop's [ChannelWatcher].
///
/// Everything here runs on the loop.
final class NioGuest implements IoRegistration {
  /*
   * Overview
   *
   * Netty's NIO channels ask for what they are interested in through submit(), look it up in the
   * key, and are told through their handle. So they work without knowing who selects for them.
   */
  private final ChannelWatcher watcher;
  private final NioIoHandle handle;
  private final SelectableChannel channel;
  private final Set<NioGuest> all;
  private final Interest interest = new Interest();
  private boolean cancelled;

  /// @param all those of the loop; it adds and removes itself
  NioGuest(ChannelWatcher watcher, NioIoHandle handle, Set<NioGuest> all) {
    this.watcher = watcher;
    this.handle = handle;
    this.channel = handle.selectableChannel();
    this.all = all;
    all.add(this);
  }

  @Override
  public long submit(IoOps ops) {
    if (!isValid()) {
      return -1;
    }
    int wanted = ((NioIoOps) ops).value();
    int before = interest.ops;
    interest.ops = wanted;
    watch(Direction.READ, SelectionKey.OP_READ | SelectionKey.OP_ACCEPT, before, wanted);
    watch(Direction.WRITE, SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT, before, wanted);
    return wanted;
  }

  private void watch(Direction direction, int mask, int before, int wanted) {
    int now = wanted & mask;
    if (now == (before & mask)) {
      return;
    }
    if (now == 0) {
      watcher.remove(channel, direction);
      return;
    }
    NioIoOps ready = NioIoOps.valueOf(now);
    NioIoEvent event = () -> ready;
    watcher.add(
        channel,
        direction,
        () -> {
          if (isValid()) {
            handle.handle(this, event);
          }
        });
  }

  @Override
  public boolean isValid() {
    return !cancelled && channel.isOpen();
  }

  @Override
  public boolean cancel() {
    if (cancelled) {
      return false;
    }
    cancelled = true;
    all.remove(this);
    watcher.release(channel, () -> {}); // the descriptor of a closed channel goes only now
    handle.unregistered();
    return true;
  }

  /// Closes the channel with its loop.
  void close() throws Exception {
    cancel();
    handle.close();
  }

  @Override
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // Netty's signature
  public <T> T attachment() {
    return (T) interest;
  }

  /// Where the channel looks up what it has asked for.
  private final class Interest extends SelectionKey {
    int ops;

    @Override
    public int interestOps() {
      return ops;
    }

    @Override
    public SelectionKey interestOps(int wanted) {
      submit(NioIoOps.valueOf(wanted));
      return this;
    }

    @Override
    public SelectableChannel channel() {
      return channel;
    }

    @Override
    public @Nullable Selector selector() {
      return null; // nobody asks
    }

    @Override
    public boolean isValid() {
      return NioGuest.this.isValid();
    }

    @Override
    public void cancel() {
      NioGuest.this.cancel();
    }

    @Override
    public int readyOps() {
      return 0;
    }
  }
}
