package jasyncio.net.netty;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.timeout;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerAdapter;
import io.netty.channel.ChannelOption;
import jasyncio.ExceptionGroup;
import jasyncio.TimeoutError;
import jasyncio.net.ConnectionError;
import jasyncio.net.ConnectionError.Phase;
import jasyncio.net.ConnectionRefusedError;
import jasyncio.net.StreamOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// One attempt to connect: looks up the name and tries its addresses in turn.
final class Dialer {
  private final NettyBridge bridge;
  private final String host;
  private final int port;
  private final ChannelHandler initializer;
  private final Order order;
  private Phase phase = Phase.RESOLVE;

  /// Where to connect from; null for the system's choice.
  private @Nullable List<InetSocketAddress> locals;

  /// How the addresses are tried.
  ///
  /// @param delay before the next is tried beside one that does not answer; null to try one after
  ///   the other
  /// @param interleave how many addresses of the first family come before the families take turns;
  ///   0 for the resolver's order
  /// @param allErrors whether failures are thrown as a group
  /// @param local where to connect from, not looked up yet; null for the system's choice
  record Order(
      @Nullable Duration delay,
      int interleave,
      boolean allErrors,
      @Nullable InetSocketAddress local) {
    static final Order PLAIN = new Order(null, 0, false, null);

    static Order of(StreamOptions options) {
      Duration delay = options.happyEyeballsDelay();
      return new Order(
          delay,
          options.interleave().orElse(delay == null ? 0 : 1),
          options.allErrors(),
          options.localAddress());
    }
  }

  Dialer(NettyBridge bridge, String host, int port, ChannelHandler initializer, Order order) {
    this.bridge = bridge;
    this.host = host;
    this.port = port;
    this.initializer = initializer;
    this.order = order;
  }

  /// Connects, in the current task.
  ///
  /// @param limit for the lookup and all addresses together; null for none
  Channel connect(@Nullable Duration limit) throws IOException {
    if (limit == null) {
      return connect();
    }
    try {
      return await(timeout(limit, () -> connect()), IOException.class);
    } catch (TimeoutError e) {
      TimeoutError named =
          new TimeoutError(
              "no connection within "
                  + limit
                  + " ["
                  + host
                  + ":"
                  + port
                  + ", "
                  + phase.text()
                  + "]");
      named.initCause(e);
      throw named;
    }
  }

  private Channel connect() throws IOException {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("port must be 0-65535, got " + port + " for " + host);
    }
    List<InetAddress> addresses = await(Names.resolve(host, port), IOException.class);
    InetSocketAddress from = order.local;
    if (from != null) {
      locals =
          await(Names.resolve(from.getHostString(), from.getPort()), IOException.class).stream()
              .map(address -> new InetSocketAddress(address, from.getPort()))
              .toList();
    }
    return connectTo(addresses);
  }

  /// Connects to one of the addresses of the host, in the current task.
  Channel connectTo(List<InetAddress> resolved) throws ConnectionError {
    phase = Phase.CONNECT;
    List<InetAddress> addresses =
        order.interleave > 0 ? Names.interleaved(resolved, order.interleave) : resolved;
    List<ConnectionError> failures = new ArrayList<>();
    Channel channel =
        order.delay == null ? inTurn(addresses, failures) : race(addresses, order.delay, failures);
    if (channel == null) {
      throw together(failures);
    }
    return channel;
  }

  private @Nullable Channel inTurn(List<InetAddress> addresses, List<ConnectionError> failures) {
    for (InetAddress address : addresses) {
      try {
        return connectTo(new InetSocketAddress(address, port));
      } catch (ConnectionError e) {
        failures.add(e);
      }
    }
    return null;
  }

  /// The channels are silent until one of them has won: nobody is told of the others.
  private @Nullable Channel race(
      List<InetAddress> addresses, Duration delay, List<ConnectionError> failures) {
    AddressRace race =
        new AddressRace(
            bridge,
            addresses,
            delay,
            address ->
                open(
                    bridge
                        .clientBootstrap()
                        .option(ChannelOption.AUTO_READ, false)
                        .handler(new ChannelHandlerAdapter() {}),
                    new InetSocketAddress(address, port)),
            (address, cause) -> failure(new InetSocketAddress(address, port), cause));
    Channel winner = race.run(failures);
    if (winner != null) {
      winner.pipeline().addLast(initializer);
      winner.config().setAutoRead(true);
      winner.pipeline().fireChannelActive();
    }
    return winner;
  }

  private Channel connectTo(InetSocketAddress address) throws ConnectionError {
    ChannelFuture connecting = open(bridge.clientBootstrap().handler(initializer), address);
    try {
      Opening.await(bridge, connecting);
      return connecting.channel();
    } catch (IOException e) {
      Opening.close(bridge, connecting);
      throw failure(address, e);
    } catch (Throwable t) {
      Opening.close(bridge, connecting); // cancelled: even if the connection is there already
      throw t;
    }
  }

  private ChannelFuture open(Bootstrap bootstrap, InetSocketAddress address) {
    return bridge.inside(() ->
        locals == null
            ? bootstrap.connect(address)
            : LocalAddress.connect(bootstrap, locals, address));
  }

  private ConnectionError failure(InetSocketAddress address, IOException cause) {
    if (cause instanceof LocalAddress.NotUsable unusable) {
      return new ConnectionError(
          String.valueOf(unusable.getMessage()), host, port, Phase.CONNECT, unusable);
    }
    String ip = address.getAddress().getHostAddress();
    return SocketErrors.connectFailed("'" + ip + "', " + port, cause, host, port);
  }

  /// One error for all addresses, as CPython chooses it.
  private ConnectionError together(List<ConnectionError> failures) {
    ConnectionError first = failures.getFirst();
    if (order.allErrors) {
      throw new ExceptionGroup("create_connection failed", failures);
    }
    if (failures.stream().map(Throwable::getMessage).distinct().count() == 1) {
      return first;
    }
    String message =
        "Multiple exceptions: "
            + failures.stream()
                .map(Throwable::getMessage)
                .map(text -> text.substring(0, text.lastIndexOf(" [")))
                .collect(Collectors.joining(", "));
    ConnectionError all =
        failures.stream().allMatch(ConnectionRefusedError.class::isInstance)
            ? new ConnectionRefusedError(message, host, port, first.getCause())
            : new ConnectionError(message, host, port, Phase.CONNECT, first.getCause());
    failures.stream().skip(1).forEach(all::addSuppressed);
    return all;
  }
}
