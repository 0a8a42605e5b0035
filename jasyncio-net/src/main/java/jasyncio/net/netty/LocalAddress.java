package jasyncio.net.netty;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Connects from one of several addresses of this machine: the first that is of the peer's family,
/// and free. Everything here runs on the loop.
final class LocalAddress {
  private final ChannelPromise connected;
  private final Iterator<InetSocketAddress> candidates;
  private final InetSocketAddress remote;
  private @Nullable NotUsable last;

  /// No address of this machine would do.
  static final class NotUsable extends BindException {
    private static final long serialVersionUID = 1;

    NotUsable(String message, @Nullable Throwable cause) {
      super(message);
      initCause(cause);
    }
  }

  private LocalAddress(
      ChannelPromise connected, Iterator<InetSocketAddress> candidates, InetSocketAddress remote) {
    this.connected = connected;
    this.candidates = candidates;
    this.remote = remote;
  }

  /// Begins to connect; fails with [NotUsable] if no address will do.
  ///
  /// @param locals all of its addresses, of either family
  static ChannelFuture connect(
      Bootstrap bootstrap, List<InetSocketAddress> locals, InetSocketAddress remote) {
    ChannelFuture registering = bootstrap.register();
    if (registering.isDone() && !registering.isSuccess()) {
      return registering; // there may be no channel
    }
    ChannelPromise connected = registering.channel().newPromise();
    Class<?> family = remote.getAddress().getClass();
    List<InetSocketAddress> fitting =
        locals.stream().filter(one -> one.getAddress().getClass() == family).toList();
    registering.addListener(done -> {
      if (done.isSuccess()) {
        new LocalAddress(connected, fitting.iterator(), remote).bind();
      } else {
        connected.setFailure(done.cause());
      }
    });
    return connected;
  }

  private void bind() {
    Channel channel = connected.channel();
    if (!candidates.hasNext()) {
      connected.setFailure(
          last != null
              ? last
              : new NotUsable(
                  "no matching local address with family="
                      + (remote.getAddress() instanceof Inet6Address ? "AF_INET6" : "AF_INET")
                      + " found",
                  null));
      return;
    }
    InetSocketAddress local = candidates.next();
    channel
        .bind(local)
        .addListener(done -> {
          if (done.isSuccess()) {
            channel.connect(remote, connected);
          } else {
            last = refused(local, done.cause());
            bind();
          }
        });
  }

  private static NotUsable refused(InetSocketAddress local, Throwable cause) {
    String reason =
        cause instanceof IOException ? SocketErrors.reason(cause) : String.valueOf(cause);
    return new NotUsable(
        "error while attempting to bind on address ('"
            + local.getAddress().getHostAddress()
            + "', "
            + local.getPort()
            + "): "
            + reason.toLowerCase(Locale.ROOT),
        cause);
  }
}
