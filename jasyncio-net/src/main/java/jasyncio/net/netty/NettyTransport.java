package jasyncio.net.netty;

import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelOption;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.IoRegistration;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollDomainDatagramChannel;
import io.netty.channel.epoll.EpollDomainSocketChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.kqueue.KQueue;
import io.netty.channel.kqueue.KQueueDatagramChannel;
import io.netty.channel.kqueue.KQueueDomainDatagramChannel;
import io.netty.channel.kqueue.KQueueDomainSocketChannel;
import io.netty.channel.kqueue.KQueueIoHandler;
import io.netty.channel.kqueue.KQueueServerDomainSocketChannel;
import io.netty.channel.kqueue.KQueueServerSocketChannel;
import io.netty.channel.kqueue.KQueueSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.channel.unix.Socket;
import io.netty.channel.unix.UnixChannelOption;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringDatagramChannel;
import io.netty.channel.uring.IoUringDomainSocketChannel;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerDomainSocketChannel;
import io.netty.channel.uring.IoUringServerSocketChannel;
import io.netty.channel.uring.IoUringSocketChannel;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// How a loop talks to the operating system about sockets: `epoll`, `kqueue`, `io_uring` or `nio`,
/// and why it was this one.
///
/// Native transports come first: epoll on Linux, kqueue on macOS and BSD; NIO works everywhere. The
/// system property `jasyncio.transport` names another; io_uring is used only then.
public final class NettyTransport {
  /*
   * Overview
   *
   * The classes of a native transport may be missing from the class path, so each is touched in a
   * method of its own, and a LinkageError means "not there".
   *
   * A loop of the fallback engine runs on a virtual thread. A native transport would wait in native
   * code and so keep a carrier thread of the JDK for itself; with as many idle loops as processors,
   * no virtual thread would run any more, and nobody could wake the loops. NIO's selector parks the
   * virtual thread instead. So such loops get NIO, whatever else there is.
   */
  private static final String PROPERTY = "jasyncio.transport";

  private final String name;
  private final String reason;
  private final Supplier<IoHandlerFactory> handler;
  private final Channels channels;

  private NettyTransport(
      String name, String reason, Supplier<IoHandlerFactory> handler, Channels channels) {
    this.name = name;
    this.reason = reason;
    this.handler = handler;
    this.channels = channels;
  }

  /// The kinds of channels a transport has.
  ///
  /// @param datagram the class of what `datagrams` makes
  /// @param datagrams makes one for a family of addresses
  private record Channels(
      Class<? extends SocketChannel> client,
      Class<? extends io.netty.channel.socket.ServerSocketChannel> server,
      Class<? extends Channel> unixClient,
      Class<? extends ServerChannel> unixServer,
      Class<? extends DatagramChannel> datagram,
      Function<SocketProtocolFamily, DatagramChannel> datagrams) {}

  /// {@return the transport for a loop whose sockets are polled by `loopThread`}
  ///
  /// @param loopThread the thread that runs the loop
  /// @throws IllegalStateException if the system property asks for one that cannot be used here
  public static NettyTransport select(Thread loopThread) {
    NettyDefaults.apply();
    String wanted = System.getProperty(PROPERTY);
    return wanted == null || wanted.isEmpty()
        ? best(loopThread)
        : forced(wanted, loopThread.isVirtual());
  }

  private static NettyTransport best(Thread loopThread) {
    if (loopThread.isVirtual()) {
      return nio(
          "the loop runs on a virtual thread, which a wait in native code would keep from its"
              + " carrier");
    }
    String noEpoll = whyNot(NettyTransport::epollProblem);
    if (noEpoll == null) {
      return epoll("it is available, and the fastest here");
    }
    String noKqueue = whyNot(NettyTransport::kqueueProblem);
    if (noKqueue == null) {
      return kqueue("it is available, and the fastest here");
    }
    return nio("no native transport: epoll: " + noEpoll + "; kqueue: " + noKqueue);
  }

  private static NettyTransport forced(String wanted, boolean virtual) {
    String reason = "-D" + PROPERTY + "=" + wanted;
    String problem =
        switch (wanted) {
          case "nio" -> null;
          case "epoll" -> whyNot(NettyTransport::epollProblem);
          case "kqueue" -> whyNot(NettyTransport::kqueueProblem);
          case "io_uring" -> whyNot(NettyTransport::ioUringProblem);
          default -> "there is no such transport; the names are epoll, kqueue, io_uring, nio";
        };
    if (problem == null && virtual && !wanted.equals("nio")) {
      problem =
          "the loop runs on a virtual thread, which a wait in native code would keep from its"
              + " carrier; it needs the continuation engine";
    }
    if (problem != null) {
      throw new IllegalStateException(
          reason + " cannot be used: " + problem + ". Without the property the best one is chosen");
    }
    return switch (wanted) {
      case "epoll" -> epoll(reason);
      case "kqueue" -> kqueue(reason);
      case "io_uring" -> ioUring(reason);
      default -> nio(reason);
    };
  }

  /// {@return its name: `epoll`, `kqueue`, `io_uring` or `nio`}
  public String name() {
    return name;
  }

  /// Why it was chosen, in words for people.
  ///
  /// @return one sentence
  public String reason() {
    return reason;
  }

  /// Whether waits are rounded to milliseconds.
  boolean roundsToMillis() {
    return name.equals("nio");
  }

  /// What a channel gets as its registration.
  IoRegistration guarded(IoRegistration registration) {
    return name.equals("epoll") ? new EpollRegistration(registration) : registration;
  }

  IoHandlerFactory newHandlerFactory() {
    return handler.get();
  }

  Class<? extends SocketChannel> clientChannel() {
    return channels.client();
  }

  Class<? extends io.netty.channel.socket.ServerSocketChannel> serverChannel() {
    return channels.server();
  }

  Class<? extends DatagramChannel> datagramChannel() {
    return channels.datagram();
  }

  Class<? extends Channel> unixClientChannel() {
    return channels.unixClient();
  }

  Class<? extends ServerChannel> unixServerChannel() {
    return channels.unixServer();
  }

  DatagramChannel newDatagramChannel(SocketProtocolFamily family) {
    return channels.datagrams().apply(family);
  }

  boolean hasUnixDatagrams() {
    return name.equals("epoll") || name.equals("kqueue");
  }

  /// A Unix socket for datagrams, if there are any.
  Channel newUnixDatagramChannel() {
    return name.equals("kqueue") ? kqueueUnixDatagrams() : epollUnixDatagrams();
  }

  private static Channel epollUnixDatagrams() {
    return new EpollDomainDatagramChannel();
  }

  private static Channel kqueueUnixDatagrams() {
    return new KQueueDomainDatagramChannel();
  }

  /// The address of a Unix socket as this transport wants it.
  SocketAddress unixAddress(Path path) {
    return name.equals("nio")
        ? UnixDomainSocketAddress.of(path)
        : new DomainSocketAddress(path.toString());
  }

  /// An address in the JDK's form, which for Unix sockets is not that of native transports.
  static @Nullable SocketAddress toJdk(@Nullable SocketAddress address) {
    return address instanceof DomainSocketAddress unix
        ? UnixDomainSocketAddress.of(unix.path().replaceAll("\0.*", "")) // abstract: unnamed
        : address;
  }

  /// Makes a Unix socket that listens at `path`, for a channel that leaves its file alone when it
  /// is closed; null if this transport has none.
  @Nullable ServerChannel listenAt(Path path, int backlog) throws IOException {
    return switch (name) {
      case "epoll" -> epollListening(path, backlog);
      case "nio" -> nioListening(path, backlog);
      default -> null;
    };
  }

  private static ServerChannel epollListening(Path path, int backlog) throws IOException {
    Socket socket;
    try {
      socket = Socket.newSocketDomain();
    } catch (ChannelException e) {
      throw Opening.failure(e);
    }
    try {
      socket.bind(new DomainSocketAddress(path.toString()));
      socket.listen(backlog);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
    return new EpollServerDomainSocketChannel(socket.intValue(), true);
  }

  private static ServerChannel nioListening(Path path, int backlog) throws IOException {
    ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      socket.bind(UnixDomainSocketAddress.of(path), backlog);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
    return new NioUnixServerChannel(socket);
  }

  /// The option that lets several sockets share a port.
  ChannelOption<Boolean> reusePort() {
    return name.equals("nio")
        ? NioChannelOption.of(StandardSocketOptions.SO_REUSEPORT)
        : UnixChannelOption.SO_REUSEPORT;
  }

  @Override
  public String toString() {
    return name + " (" + reason + ")";
  }

  // ---- the transports ----

  private static NettyTransport nio(String reason) {
    return new NettyTransport(
        "nio",
        reason,
        NioIoHandler::newFactory,
        new Channels(
            NioSocketChannel.class,
            NioServerSocketChannel.class,
            NioDomainSocketChannel.class,
            NioServerDomainSocketChannel.class,
            NioDatagramChannel.class,
            EmptyDatagrams::nioChannel));
  }

  private static NettyTransport epoll(String reason) {
    return new NettyTransport(
        "epoll",
        reason,
        EpollIoHandler::newFactory,
        new Channels(
            EpollSocketChannel.class,
            EpollServerSocketChannel.class,
            EpollDomainSocketChannel.class,
            EpollServerDomainSocketChannel.class,
            EpollDatagramChannel.class,
            EpollDatagramChannel::new));
  }

  private static NettyTransport kqueue(String reason) {
    return new NettyTransport(
        "kqueue",
        reason,
        KQueueIoHandler::newFactory,
        new Channels(
            KQueueSocketChannel.class,
            KQueueServerSocketChannel.class,
            KQueueDomainSocketChannel.class,
            KQueueServerDomainSocketChannel.class,
            KQueueDatagramChannel.class,
            KQueueDatagramChannel::new));
  }

  private static NettyTransport ioUring(String reason) {
    return new NettyTransport(
        "io_uring",
        reason,
        IoUringIoHandler::newFactory,
        new Channels(
            IoUringSocketChannel.class,
            IoUringServerSocketChannel.class,
            IoUringDomainSocketChannel.class,
            IoUringServerDomainSocketChannel.class,
            IoUringDatagramChannel.class,
            IoUringDatagramChannel::new));
  }

  private static @Nullable Throwable epollProblem() {
    return Epoll.unavailabilityCause();
  }

  private static @Nullable Throwable kqueueProblem() {
    return KQueue.unavailabilityCause();
  }

  private static @Nullable Throwable ioUringProblem() {
    return IoUring.unavailabilityCause();
  }

  /// Why a transport cannot be used, or null if it can.
  private static @Nullable String whyNot(Supplier<@Nullable Throwable> problem) {
    Throwable cause;
    try {
      cause = problem.get();
    } catch (LinkageError e) {
      return "its classes are not on the class path";
    }
    if (cause == null) {
      return null;
    }
    String text = cause.getMessage();
    return Objects.requireNonNullElse(text, cause.getClass().getName())
        .lines()
        .findFirst()
        .orElse("");
  }
}
