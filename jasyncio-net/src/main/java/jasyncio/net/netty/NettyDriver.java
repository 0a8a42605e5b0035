package jasyncio.net.netty;

import jasyncio.EventLoop;
import jasyncio.net.ConnectionResetError;
import jasyncio.net.SendfileNotAvailableError;
import jasyncio.spi.IoDriver;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Waits for sockets: the driver of a loop that uses the network. Made on first use.
///
/// Everything here runs on the loop, except [#wake()].
final class NettyDriver implements IoDriver {
  /*
   * Overview
   *
   * What tasks have written is flushed before the loop waits, and at least every 50 us, as often as
   * the kernel polls: each channel once, so that ten writes are one system call.
   */
  private static final long NANOS_PER_MILLI = 1_000_000;

  /// Loads a subclass of each exception of the network that has any, before a program waits in a
  /// `try` that catches one: see `Preload` in the core, and JDK-8389310.
  static final List<Class<?>> FIRST_SUBCLASSES =
      List.of(ConnectionResetError.class, SendfileNotAvailableError.class);

  private final NettyTransport transport;
  private final NettyLoop loop;

  /// What has unflushed writes; each is in here once.
  private List<TurnEnd> listed = new ArrayList<>();

  private List<TurnEnd> spare = new ArrayList<>();

  private NettyDriver(EventLoop owner, Thread loopThread) {
    this.transport = NettyTransport.select(loopThread);
    this.loop = new NettyLoop(owner, transport);
  }

  /// The driver of `owner`, which must be running the first time.
  static NettyDriver of(EventLoop owner) {
    return owner.driver(NettyDriver.class, (_, loopThread) -> create(owner, loopThread));
  }

  private static NettyDriver create(EventLoop owner, @Nullable Thread loopThread) {
    if (loopThread == null) {
      throw new IllegalStateException(
          "the network needs a running loop, and " + owner + " does not run yet");
    }
    return new NettyDriver(owner, loopThread);
  }

  NettyTransport transport() {
    return transport;
  }

  NettyLoop nettyLoop() {
    return loop;
  }

  @Override
  public void poll(long maxNanos, Inbox inbox) {
    flush();
    loop.poll(transport.roundsToMillis() ? roundUp(maxNanos) : maxNanos, inbox);
  }

  /// NIO waits whole milliseconds; without rounding up, the rest of one would be spent spinning.
  private static long roundUp(long nanos) {
    return nanos > FOREVER - NANOS_PER_MILLI
        ? nanos
        : (nanos + NANOS_PER_MILLI - 1) / NANOS_PER_MILLI * NANOS_PER_MILLI;
  }

  @Override
  public void wake() {
    loop.wake();
  }

  @Override
  public void close() {
    flush();
    loop.terminate();
  }

  // ---- write coalescing ----

  /// Flushes `dirty` before the next wait.
  void flushLater(TurnEnd dirty) {
    if (!dirty.isListed) {
      dirty.isListed = true;
      listed.add(dirty);
    }
  }

  @Override
  public void flush() {
    if (listed.isEmpty()) {
      return;
    }
    List<TurnEnd> batch = listed;
    listed = spare; // a flush may list others, or itself again
    for (TurnEnd dirty : batch) {
      dirty.isListed = false;
      dirty.flush();
    }
    batch.clear();
    spare = batch;
  }
}
