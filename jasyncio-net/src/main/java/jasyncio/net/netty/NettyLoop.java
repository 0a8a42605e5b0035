package jasyncio.net.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelPromise;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoHandlerContext;
import io.netty.channel.IoRegistration;
import io.netty.channel.nio.NioIoHandle;
import io.netty.util.concurrent.AbstractScheduledEventExecutor;
import io.netty.util.concurrent.DefaultPromise;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.Promise;
import io.netty.util.internal.ThreadExecutorMap;
import jasyncio.EventLoop;
import jasyncio.net.spi.ChannelWatcher;
import jasyncio.spi.IoDriver;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A jasyncio loop as Netty sees it: its sockets are polled, and its tasks run, by whoever runs the
/// loop.
final class NettyLoop extends AbstractScheduledEventExecutor implements IoEventLoop {
  /*
   * Overview
   *
   * Netty's own ManualIoEventLoop belongs to one thread for good. A jasyncio loop may be run by one
   * thread and closed by another (after a join), and with the fallback engine its code runs now on
   * this thread, now on that, always one at a time. So "in the event loop" means here: the calling
   * thread is running this loop's code at the moment. Netty's channels then need no hop from a task
   * to their loop, on either engine, and behave the same on both.
   *
   * Netty's own tasks wait in a queue here, what other threads post to the loop in its inbox. Lost
   * wake-up: whoever adds to one of them wakes the handler then; the handler, before it blocks,
   * first says that it is about to and then asks canBlock(), which looks at both. So one of them
   * sees the other.
   *
   * Closing: `terminated` is set before the queue is drained for the last time, and execute() looks
   * at it after adding: work is run or turned down, never lost.
   */

  private static final System.Logger LOG = System.getLogger("jasyncio");

  /// How many tasks one poll runs: those that arrive meanwhile wait for the next, so that they
  /// cannot starve the loop.
  private static final int MAX_TASKS_PER_POLL = 4096;

  /// How often closing goes round until no task makes another.
  private static final int MAX_CLOSING_ROUNDS = 100;

  private final EventLoop owner;
  private final NettyTransport transport;
  private final IoHandler handler;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final Promise<@Nullable Void> termination =
      new DefaultPromise<>(ImmediateEventExecutor.INSTANCE);
  private final Waiting waiting = new Waiting();

  /// Sockets that the program has made itself, if the loop waits in something else than NIO.
  private final Set<NioGuest> guests = new HashSet<>();

  private boolean initialized;

  /// Volatile: read by any thread that posts.
  private volatile boolean closing;

  /// Volatile: read by any thread that posts.
  private volatile boolean terminated;

  NettyLoop(EventLoop owner, NettyTransport transport) {
    this.owner = owner;
    this.transport = transport;
    this.handler = transport.newHandlerFactory().newHandler(this);
  }

  EventLoop owner() {
    return owner;
  }

  // ---- driven by the loop ----

  /// Handles what the sockets report and runs tasks, waiting at most so long for the first.
  ///
  /// @param maxNanos 0 for not at all, `Long.MAX_VALUE` for no limit
  /// @param inbox while something is in there, it does not wait
  void poll(long maxNanos, IoDriver.Inbox inbox) {
    initialize();
    EventExecutor outer = ThreadExecutorMap.setCurrentExecutor(this);
    try {
      waiting.maxNanos = maxNanos;
      waiting.inbox = inbox;
      handler.run(waiting);
      runTasks(MAX_TASKS_PER_POLL);
    } finally {
      ThreadExecutorMap.setCurrentExecutor(outer);
    }
  }

  private void initialize() {
    if (!initialized) {
      initialized = true;
      handler.initialize();
    }
  }

  private int runTasks(int max) {
    fetchFromScheduledTaskQueue(tasks);
    int done = 0;
    while (done < max) {
      Runnable task = tasks.poll();
      if (task == null) {
        break;
      }
      safeExecute(task);
      done++;
    }
    return done;
  }

  /// Closes all channels and lets go of the selector; runs what was posted before. Does nothing the
  /// second time.
  void terminate() {
    if (closing) {
      return;
    }
    initialize();
    closing = true;
    EventExecutor outer = ThreadExecutorMap.setCurrentExecutor(this);
    try {
      cancelScheduledTasks();
      for (int round = 0; round < MAX_CLOSING_ROUNDS; round++) {
        int ran = runTasks(Integer.MAX_VALUE);
        closeGuests();
        handler.prepareToDestroy();
        if (ran + runTasks(Integer.MAX_VALUE) == 0) {
          break;
        }
      }
      handler.destroy();
    } finally {
      terminated = true;
      while (runTasks(Integer.MAX_VALUE) > 0) {
        // what came in before `terminated` was seen
      }
      ThreadExecutorMap.setCurrentExecutor(outer);
      termination.trySuccess(null);
    }
  }

  private void closeGuests() {
    for (NioGuest guest : List.copyOf(guests)) {
      try {
        guest.close();
      } catch (Exception e) {
        LOG.log(System.Logger.Level.DEBUG, "a socket did not close with its loop", e);
      }
    }
  }

  // ---- for Netty, and any thread ----

  @Override
  public boolean inEventLoop(Thread thread) {
    return owner.runsOn(thread);
  }

  @Override
  public void execute(Runnable command) {
    if (terminated) {
      throw tooLate();
    }
    tasks.add(command);
    if (inEventLoop()) {
      return; // it looks at its tasks before it waits
    }
    if (terminated && tasks.remove(command)) {
      throw tooLate();
    }
    wake();
  }

  private RejectedExecutionException tooLate() {
    return new RejectedExecutionException("the event loop is closed: " + owner);
  }

  /// Ends a wait.
  void wake() {
    if (!terminated) {
      handler.wakeup();
    }
  }

  @Override
  public IoEventLoop next() {
    return this;
  }

  @Override
  public @Nullable IoEventLoopGroup parent() {
    return null;
  }

  @Override
  public Future<IoRegistration> register(IoHandle handle) {
    Promise<IoRegistration> promise = newPromise();
    if (inEventLoop()) {
      register(handle, promise);
    } else {
      execute(() -> register(handle, promise));
    }
    return promise;
  }

  private void register(IoHandle handle, Promise<IoRegistration> promise) {
    try {
      promise.setSuccess(
          isGuest(handle.getClass())
              ? new NioGuest(ChannelWatcher.of(owner), (NioIoHandle) handle, guests)
              : transport.guarded(handler.register(handle)));
    } catch (Exception e) {
      promise.setFailure(e);
    }
  }

  @Override
  @Deprecated
  public ChannelFuture register(Channel channel) {
    return register(new DefaultChannelPromise(channel, this));
  }

  @Override
  @Deprecated
  public ChannelFuture register(ChannelPromise promise) {
    promise.channel().unsafe().register(this, promise);
    return promise;
  }

  @Override
  @Deprecated
  public ChannelFuture register(Channel channel, ChannelPromise promise) {
    channel.unsafe().register(this, promise);
    return promise;
  }

  @Override
  public boolean isCompatible(Class<? extends IoHandle> handleType) {
    return handler.isCompatible(handleType) || isGuest(handleType);
  }

  /// Whether it is a channel of the JDK, and the loop waits for others.
  private boolean isGuest(Class<? extends IoHandle> handleType) {
    return !handler.isCompatible(handleType) && NioIoHandle.class.isAssignableFrom(handleType);
  }

  @Override
  public boolean isIoType(Class<? extends IoHandler> handlerType) {
    return handler.getClass().equals(handlerType);
  }

  // ---- life cycle: it is the loop's, whatever a library asks for ----

  @Override
  public void close() {}

  @Override
  @Deprecated
  public void shutdown() {}

  @Override
  public Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
    return termination;
  }

  @Override
  public Future<?> terminationFuture() {
    return termination;
  }

  @Override
  public boolean isShuttingDown() {
    return closing;
  }

  @Override
  public boolean isShutdown() {
    return terminated;
  }

  @Override
  public boolean isTerminated() {
    return terminated;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
    return termination.await(timeout, unit);
  }

  /// What the handler asks before and while it waits.
  private final class Waiting implements IoHandlerContext {
    long maxNanos;
    IoDriver.Inbox inbox = () -> true;

    @Override
    public boolean canBlock() {
      return maxNanos > 0 && inbox.isEmpty() && tasks.isEmpty() && !hasScheduledTasks();
    }

    @Override
    public long delayNanos(long currentTimeNanos) {
      return Math.min(maxNanos, NettyLoop.this.delayNanos(currentTimeNanos, maxNanos));
    }

    @Override
    public long deadlineNanos() {
      long scheduled = nextScheduledTaskDeadlineNanos();
      if (maxNanos == Long.MAX_VALUE) {
        return scheduled; // -1: none
      }
      long now = ticker().nanoTime();
      return scheduled == -1 || scheduled - now > maxNanos ? now + maxNanos : scheduled;
    }
  }
}
