package jasyncio.net.netty;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.timeout;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import jasyncio.TimeoutError;
import jasyncio.net.ConnectionError;
import jasyncio.net.ConnectionError.Phase;
import jasyncio.net.ConnectionRefusedError;
import java.io.IOException;
import java.net.ConnectException;
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
  private Phase phase = Phase.RESOLVE;

  Dialer(NettyBridge bridge, String host, int port, ChannelHandler initializer) {
    this.bridge = bridge;
    this.host = host;
    this.port = port;
    this.initializer = initializer;
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
    phase = Phase.CONNECT;
    List<ConnectionError> failures = new ArrayList<>();
    for (InetAddress address : addresses) {
      try {
        return connectTo(new InetSocketAddress(address, port));
      } catch (ConnectionError e) {
        failures.add(e);
      }
    }
    throw together(failures);
  }

  private Channel connectTo(InetSocketAddress address) throws ConnectionError {
    ChannelFuture connecting = bridge.clientBootstrap().handler(initializer).connect(address);
    try {
      await(bridge.toFuture(connecting), IOException.class);
      return connecting.channel();
    } catch (IOException e) {
      connecting.channel().close();
      throw failure(address, e);
    } catch (Throwable t) {
      connecting.channel().close(); // cancelled: even if the connection is there already
      throw t;
    }
  }

  private ConnectionError failure(InetSocketAddress address, IOException cause) {
    String ip = address.getAddress().getHostAddress();
    String reason = SocketErrors.reason(cause);
    String message = "Connect call failed ('" + ip + "', " + port + "): " + reason;
    return cause instanceof ConnectException && reason.contains("refused")
        ? new ConnectionRefusedError(message, host, port, cause)
        : new ConnectionError(message, host, port, Phase.CONNECT, cause);
  }

  /// One error for all addresses, as CPython chooses it.
  private ConnectionError together(List<ConnectionError> failures) {
    ConnectionError first = failures.getFirst();
    if (failures.size() == 1) {
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
