package jasyncio.net.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelPromise;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.util.concurrent.AbstractEventExecutorGroup;
import io.netty.util.concurrent.DefaultPromise;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.Promise;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A jasyncio loop as an event loop group for one library, which may shut it down: that closes the
/// channels that the library has registered here, and leaves the loop alone.
///
/// Usable from any thread.
final class GuestGroup extends AbstractEventExecutorGroup implements IoEventLoopGroup {
  private final NettyLoop loop;
  private final Promise<@Nullable Void> termination =
      new DefaultPromise<>(ImmediateEventExecutor.INSTANCE);

  /// What the library has open. Used on the loop.
  private final Set<Channel> channels = new HashSet<>();

  GuestGroup(NettyLoop loop) {
    this.loop = loop;
  }

  // ---- the group of one ----

  @Override
  public IoEventLoop next() {
    return loop;
  }

  @Override
  public Iterator<EventExecutor> iterator() {
    return List.<EventExecutor>of(loop).iterator();
  }

  @Override
  @Deprecated
  public ChannelFuture register(Channel channel) {
    return register(new DefaultChannelPromise(channel, loop));
  }

  @Override
  @Deprecated
  public ChannelFuture register(Channel channel, ChannelPromise promise) {
    if (promise.channel() != channel) {
      throw new IllegalArgumentException(promise + " is not of " + channel);
    }
    return register(promise);
  }

  @Override
  @Deprecated
  public ChannelFuture register(ChannelPromise promise) {
    Channel channel = promise.channel();
    if (isShutdown()) {
      return promise.setFailure(
          new RejectedExecutionException("the group has been shut down: " + this));
    }
    promise.addListener(registered -> {
      if (registered.isSuccess()) {
        admit(channel);
      }
    });
    return loop.register(promise);
  }

  /// On the loop.
  private void admit(Channel channel) {
    channels.add(channel);
    channel.closeFuture().addListener(_ -> channels.remove(channel));
    if (isShutdown()) {
      channel.close(); // it was shut down meanwhile
    }
  }

  // ---- life cycle: the group's, not the loop's ----

  @Override
  public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
    end();
    return termination;
  }

  private void end() {
    if (termination.trySuccess(null)) {
      if (loop.inEventLoop()) {
        closeChannels();
      } else {
        try {
          loop.execute(this::closeChannels);
        } catch (RejectedExecutionException _) {
          // the loop has ended, and has closed them
        }
      }
    }
  }

  private void closeChannels() {
    List.copyOf(channels).forEach(Channel::close);
  }

  @Override
  @Deprecated
  public void shutdown() {
    end();
  }

  @Override
  public Future<?> terminationFuture() {
    return termination;
  }

  @Override
  public boolean isShuttingDown() {
    return termination.isDone();
  }

  @Override
  public boolean isShutdown() {
    return termination.isDone();
  }

  @Override
  public boolean isTerminated() {
    return termination.isDone();
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return termination.await(timeout, unit);
  }

  @Override
  public String toString() {
    return "<GuestGroup of " + loop.owner() + (isShutdown() ? " shut down" : "") + ">";
  }
}
