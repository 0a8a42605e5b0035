package jasyncio.net.netty;

import static jasyncio.Asyncio.await;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.AbstractEventExecutorGroup;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import jasyncio.BackgroundLoop;
import jasyncio.LoopGroup;
import jasyncio.net.spi.Acceptor;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Deals accepted connections out to the loops of a group, in turn.
///
/// Used on the loop that listens, except [#bridgeOf(Channel)].
final class DealingGroup extends AbstractEventExecutorGroup implements EventLoopGroup {
  private final List<NettyLoop> loops;

  /// Never changed: read by all loops.
  private final IdentityHashMap<NettyLoop, NettyBridge> bridges = new IdentityHashMap<>();

  private final Acceptor acceptor;
  private int next;

  private DealingGroup(List<NettyBridge> each, Acceptor acceptor) {
    this.acceptor = acceptor;
    List<NettyLoop> all = new ArrayList<>();
    for (NettyBridge bridge : each) {
      all.add(bridge.driver().nettyLoop());
      bridges.put(bridge.driver().nettyLoop(), bridge);
    }
    this.loops = List.copyOf(all);
  }

  /// Opens the network of each loop, in the current task.
  ///
  /// @param acceptor is told of each connection on its way
  static DealingGroup of(LoopGroup group, Acceptor acceptor) {
    List<NettyBridge> each = new ArrayList<>();
    for (BackgroundLoop loop : group.loops()) {
      each.add(await(loop.submit(() -> NettyBridge.current())));
    }
    return new DealingGroup(each, acceptor);
  }

  /// The network of the loop that `channel` has been given to.
  NettyBridge bridgeOf(Channel channel) {
    NettyBridge bridge = bridges.get((NettyLoop) channel.eventLoop());
    assert bridge != null; // it was given to one of ours
    return bridge;
  }

  @Override
  public ChannelFuture register(Channel channel) {
    NettyLoop loop = next();
    acceptor.dealt(new DealtChannel(channel));
    ChannelPromise registering = new DefaultChannelPromise(channel, loop);
    channel.unsafe().register(loop, registering);
    return registering;
  }

  /// The next that is open.
  @Override
  public NettyLoop next() {
    for (int i = 0; i < loops.size(); i++) {
      NettyLoop loop = loops.get(next);
      next = (next + 1) % loops.size();
      if (!loop.isShuttingDown()) {
        return loop;
      }
    }
    throw new IllegalStateException("all loops of the group that serves have been closed");
  }

  @Override
  @Deprecated
  public ChannelFuture register(ChannelPromise promise) {
    return register(promise.channel(), promise);
  }

  @Override
  @Deprecated
  public ChannelFuture register(Channel channel, ChannelPromise promise) {
    channel.unsafe().register(next(), promise);
    return promise;
  }

  @Override
  public Iterator<EventExecutor> iterator() {
    return List.<EventExecutor>copyOf(loops).iterator();
  }

  // ---- life cycle: that of the loops, whatever a library asks for ----

  @Override
  @Deprecated
  public void shutdown() {}

  @Override
  public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
    return terminationFuture();
  }

  @Override
  public Future<?> terminationFuture() {
    return loops.getLast().terminationFuture();
  }

  @Override
  public boolean isShuttingDown() {
    return loops.stream().allMatch(EventLoop::isShuttingDown);
  }

  @Override
  public boolean isShutdown() {
    return loops.stream().allMatch(EventLoop::isShutdown);
  }

  @Override
  public boolean isTerminated() {
    return isShutdown();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return terminationFuture().await(timeout, unit);
  }
}
