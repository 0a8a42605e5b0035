package jasyncio.net.netty;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.ServerChannel;
import jasyncio.net.ServerOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/// A listening Unix socket and its file. Used on the loop.
final class UnixListener {
  /*
   * Overview
   *
   * Netty's channels remove the file they were bound to when they close, whosever it is by then,
   * and any file that is in the way when they are bound. So the socket is bound without them, and
   * what is in the way is looked for before; with kqueue and io_uring the first is still so.
   */
  private static final System.Logger LOG = System.getLogger("jasyncio");

  private final Path path;
  private final boolean cleansUp;
  private final Channel channel;

  /// What tells our file from another of the same name.
  private final @Nullable Object key;

  private UnixListener(Path path, boolean cleansUp, Channel channel) {
    this.path = path;
    this.cleansUp = cleansUp;
    this.channel = channel;
    this.key = keyOf(path);
  }

  /// Binds, in the current task; removes what another server has left behind.
  static UnixListener open(
      NettyBridge bridge,
      Path path,
      ServerOptions options,
      EventLoopGroup children,
      ChannelHandler childInitializer)
      throws IOException {
    makeWay(path);
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(bridge.nettyLoop(), children)
            .option(ChannelOption.AUTO_READ, false)
            .handler(new AcceptBackoff(bridge.loop()))
            .childHandler(childInitializer);
    ChannelFuture opening;
    NettyTransport transport = bridge.transport();
    ServerChannel listening;
    try {
      listening = transport.listenAt(path, options.backlog());
    } catch (IOException e) {
      throw refused(path, e);
    }
    if (listening != null) {
      bootstrap.channelFactory(() -> listening);
      opening = bridge.inside(() -> bootstrap.register());
    } else {
      bootstrap
          .channel(transport.unixServerChannel())
          .option(ChannelOption.SO_BACKLOG, options.backlog());
      opening = bridge.inside(() -> bootstrap.bind(transport.unixAddress(path)));
    }
    try {
      Opening.await(bridge, opening);
      Adoption.accept(bridge, opening.channel(), options.startServing());
      return new UnixListener(path, options.cleanupSocket(), opening.channel());
    } catch (Throwable t) {
      if (listening != null) {
        new UnixListener(path, true, listening).cleanUp(); // bound already, whatever has failed
      }
      Opening.close(bridge, opening);
      if (t instanceof IOException e) {
        throw refused(path, e);
      }
      throw t;
    }
  }

  /// One that listens already.
  static UnixListener of(Path path, Channel channel, boolean cleansUp) {
    return new UnixListener(path, cleansUp, channel);
  }

  private static IOException refused(Path path, IOException cause) {
    String reason = SocketErrors.reason(cause);
    return new IOException(
        reason.contains("in use")
            ? "Address '" + path + "' is already in use"
            : "error while attempting to bind on address '" + path + "': " + reason,
        cause);
  }

  /// Removes a socket that another has left behind; nothing else.
  static void makeWay(Path path) throws IOException {
    removeStale(path);
    if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new IOException("Address '" + path + "' is already in use");
    }
  }

  private static void removeStale(Path path) {
    try {
      if (isSocket(path)) {
        Files.delete(path);
      }
    } catch (NoSuchFileException e) {
      // nobody has been here
    } catch (IOException e) {
      LOG.log(System.Logger.Level.ERROR, "Unable to check or remove stale UNIX socket " + path, e);
    }
  }

  private static boolean isSocket(Path path) throws IOException {
    try {
      int mode = (int) Files.getAttribute(path, "unix:mode");
      return (mode & 0170000) == 0140000;
    } catch (UnsupportedOperationException e) {
      return Files.readAttributes(path, BasicFileAttributes.class).isOther();
    }
  }

  private static @Nullable Object keyOf(Path path) {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .fileKey();
    } catch (IOException e) {
      return null;
    }
  }

  Path path() {
    return path;
  }

  Channel channel() {
    return channel;
  }

  /// Removes the file, if it is still ours and was to be removed; before the channel closes.
  void cleanUp() {
    if (!cleansUp || key == null || !key.equals(keyOf(path))) {
      return;
    }
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      LOG.log(System.Logger.Level.ERROR, "Unable to clean up listening UNIX socket " + path, e);
    }
  }
}
