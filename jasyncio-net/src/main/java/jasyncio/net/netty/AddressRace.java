package jasyncio.net.netty;

import static jasyncio.Asyncio.await;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import jasyncio.Future;
import jasyncio.TimerHandle;
import jasyncio.net.ConnectionError;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Connects to several addresses at staggered times; the first connection wins, and all others are
/// closed. Everything here runs on the loop.
///
/// CPython: Lib/asyncio/staggered.py, 3.14, without its tasks.
final class AddressRace {
  private final NettyBridge bridge;
  private final Iterator<InetAddress> rest;
  private final Duration delay;
  private final Function<InetAddress, ChannelFuture> connect;
  private final BiFunction<InetAddress, IOException, ConnectionError> failure;
  private final Future<Channel> winner;
  private final List<Channel> running = new ArrayList<>();

  /// What failed, in the order in which it was started.
  private final Map<Integer, ConnectionError> failures = new TreeMap<>();

  private int started;
  private @Nullable TimerHandle next;

  /// @param connect begins to connect; the channel must neither read nor tell anybody yet
  /// @param failure names what went wrong with an address
  AddressRace(
      NettyBridge bridge,
      List<InetAddress> addresses,
      Duration delay,
      Function<InetAddress, ChannelFuture> connect,
      BiFunction<InetAddress, IOException, ConnectionError> failure) {
    this.bridge = bridge;
    this.rest = addresses.iterator();
    this.delay = delay;
    this.connect = connect;
    this.failure = failure;
    this.winner = bridge.loop().createFuture();
  }

  /// Runs it, in the current task.
  ///
  /// @param losers is told of the failures if no address answers, in the order in which they were
  ///   tried
  /// @return the connection, or null
  @Nullable Channel run(List<ConnectionError> losers) {
    Channel won = null;
    try {
      startNext();
      won = await(winner);
    } catch (AllFailed _) {
      losers.addAll(failures.values());
    } finally {
      if (next != null) {
        next.cancel();
      }
      for (Channel channel : running) {
        if (channel != won) {
          Opening.close(bridge, channel); // also one that is there, if we were cancelled
        }
      }
    }
    return won;
  }

  private void startNext() {
    if (winner.done() || !rest.hasNext()) {
      return;
    }
    InetAddress address = rest.next();
    int number = ++started;
    ChannelFuture connecting = connect.apply(address);
    running.add(connecting.channel());
    if (rest.hasNext()) {
      next = bridge.loop().callLater(delay, this::startNext);
    }
    if (connecting.isDone()) {
      ended(number, address, connecting);
    } else {
      connecting.addListener(_ -> ended(number, address, connecting));
    }
  }

  private void ended(int number, InetAddress address, ChannelFuture connecting) {
    if (winner.done()) {
      Opening.close(bridge, connecting);
    } else if (connecting.isSuccess()) {
      winner.setResult(connecting.channel());
    } else {
      Opening.close(bridge, connecting);
      failures.put(number, failure.apply(address, Opening.failure(connecting.cause())));
      if (number == started && rest.hasNext()) {
        if (next != null) {
          next.cancel();
        }
        startNext();
      } else if (failures.size() == started && !rest.hasNext()) {
        winner.setException(new AllFailed());
      }
    }
  }

  /// Never leaves this class.
  private static final class AllFailed extends RuntimeException {
    private static final long serialVersionUID = 1;
  }
}
