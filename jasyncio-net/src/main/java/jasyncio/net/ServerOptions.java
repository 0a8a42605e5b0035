package jasyncio.net;

import jasyncio.LoopGroup;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Options of [Net#startServer(ClientHandler, String, int, ServerOptions)] and of the other
/// functions that listen. Immutable: each `with` method returns a changed copy.
///
/// Counterpart: the arguments of `asyncio.start_server` and `loop.create_server`.
public final class ServerOptions {
  private static final int DEFAULT_BACKLOG = 100;

  private static final ServerOptions DEFAULTS =
      new ServerOptions(
          StreamReader.DEFAULT_LIMIT,
          DEFAULT_BACKLOG,
          null,
          true,
          true,
          false,
          false,
          List.of(),
          null,
          StreamOptions.LINGERING_TIME);

  private final int limit;
  private final int backlog;
  private final @Nullable Tls tls;
  private final boolean startServing;
  private final boolean cleanupSocket;
  private final boolean reusePort;
  private final boolean keepAlive;
  private final List<String> moreHosts;
  private final @Nullable LoopGroup loops;
  private final Duration lingeringTime;

  private ServerOptions(
      int limit,
      int backlog,
      @Nullable Tls tls,
      boolean startServing,
      boolean cleanupSocket,
      boolean reusePort,
      boolean keepAlive,
      List<String> moreHosts,
      @Nullable LoopGroup loops,
      Duration lingeringTime) {
    this.limit = limit;
    this.backlog = backlog;
    this.tls = tls;
    this.startServing = startServing;
    this.cleanupSocket = cleanupSocket;
    this.reusePort = reusePort;
    this.keepAlive = keepAlive;
    this.moreHosts = moreHosts;
    this.loops = loops;
    this.lingeringTime = lingeringTime;
  }

  /// {@return a limit of 64 KiB, a backlog of 100, no TLS, serving at once}
  public static ServerOptions defaults() {
    return DEFAULTS;
  }

  /// Sets the readers' limit: the longest line in bytes, and half of what is buffered.
  ///
  /// @param limit how many bytes
  /// @return a copy with that setting
  public ServerOptions withLimit(int limit) {
    return new ServerOptions(
        limit,
        backlog,
        tls,
        startServing,
        cleanupSocket,
        reusePort,
        keepAlive,
        moreHosts,
        loops,
        lingeringTime);
  }

  /// Lets so many connections wait to be accepted.
  ///
  /// @param backlog how many connections the system may hold for us
  /// @return a copy with that setting
  public ServerOptions withBacklog(int backlog) {
    return new ServerOptions(
        limit,
        backlog,
        tls,
        startServing,
        cleanupSocket,
        reusePort,
        keepAlive,
        moreHosts,
        loops,
        lingeringTime);
  }

  /// Encrypts the connections; null for plain text.
  ///
  /// @param tls the settings, or null for none
  /// @return a copy with that setting
  public ServerOptions withTls(@Nullable Tls tls) {
    return new ServerOptions(
        limit,
        backlog,
        tls,
        startServing,
        cleanupSocket,
        reusePort,
        keepAlive,
        moreHosts,
        loops,
        lingeringTime);
  }

  /// Whether to accept connections at once, or only after [Server#startServing()].
  ///
  /// @param startServing whether it does
  /// @return a copy with that setting
  public ServerOptions withStartServing(boolean startServing) {
    return new ServerOptions(
        limit,
        backlog,
        tls,
        startServing,
        cleanupSocket,
        reusePort,
        keepAlive,
        moreHosts,
        loops,
        lingeringTime);
  }

  /// Whether the file of a Unix socket is removed when the server is closed, unless another file
  /// has taken its place. True if not set.
  ///
  /// @param cleanupSocket whether to remove the file
  /// @return the changed options
  public ServerOptions withCleanupSocket(boolean cleanupSocket) {
    return new ServerOptions(
        limit,
        backlog,
        tls,
        startServing,
        cleanupSocket,
        reusePort,
        keepAlive,
        moreHosts,
        loops,
        lingeringTime);
  }

  /// Lets several servers of the same user, in one process or more, listen at one port; the system
  /// distributes the connections among them.
  ///
  /// @param reusePort whether to share the port
  /// @return the changed options
  public ServerOptions withReusePort(boolean reusePort) {
    return new ServerOptions(
        limit,
        backlog,
        tls,
        startServing,
        cleanupSocket,
        reusePort,
        keepAlive,
        moreHosts,
        loops,
        lingeringTime);
  }

  /// Listens at these hosts too, with the same port; with port 0, each address has another one.
  ///
  /// @param hosts names or addresses
  /// @return the changed options
  public ServerOptions withMoreHosts(String... hosts) {
    return new ServerOptions(
        limit,
        backlog,
        tls,
        startServing,
        cleanupSocket,
        reusePort,
        keepAlive,
        List.of(hosts),
        loops,
        lingeringTime);
  }

  /// Lets the system look now and then whether silent clients are still there.
  ///
  /// @param keepAlive whether it looks
  /// @return the changed options
  public ServerOptions withKeepAlive(boolean keepAlive) {
    return new ServerOptions(
        limit,
        backlog,
        tls,
        startServing,
        cleanupSocket,
        reusePort,
        keepAlive,
        moreHosts,
        loops,
        lingeringTime);
  }

  /// Hands each connection to the next of these loops, whose thread then serves it: its handler or
  /// protocol runs there, and whatever they share with those of other loops needs a lock. The
  /// server itself stays on the loop that it is started on, which may be one of them.
  ///
  /// One socket listens, so this works on every system, and the connections are dealt out evenly;
  /// see [#withReusePort] for a socket on each loop. Close the server before the group.
  ///
  /// @param loops who serves; null for the loop that the server is started on
  /// @return the changed options
  public ServerOptions withLoops(@Nullable LoopGroup loops) {
    return new ServerOptions(
        limit,
        backlog,
        tls,
        startServing,
        cleanupSocket,
        reusePort,
        keepAlive,
        moreHosts,
        loops,
        lingeringTime);
  }

  /// How long each connection may take to hand over what was written once it is closed: see
  /// [StreamOptions#withLingeringTime].
  ///
  /// @param time how long
  /// @return the changed options
  /// @throws IllegalArgumentException if it is negative
  public ServerOptions withLingeringTime(Duration time) {
    return new ServerOptions(
        limit,
        backlog,
        tls,
        startServing,
        cleanupSocket,
        reusePort,
        keepAlive,
        moreHosts,
        loops,
        StreamOptions.checkLingeringTime(time));
  }

  /// {@return the readers' limit in bytes}
  public int limit() {
    return limit;
  }

  /// {@return how many connections may wait to be accepted}
  public int backlog() {
    return backlog;
  }

  /// {@return how they are encrypted, or null}
  public @Nullable Tls tls() {
    return tls;
  }

  /// {@return whether connections are accepted at once}
  public boolean startServing() {
    return startServing;
  }

  /// {@return whether the file of a Unix socket is removed when the server is closed}
  public boolean cleanupSocket() {
    return cleanupSocket;
  }

  /// {@return whether servers may share the port}
  public boolean reusePort() {
    return reusePort;
  }

  /// {@return whether the system looks for clients that have gone silently}
  public boolean keepAlive() {
    return keepAlive;
  }

  /// {@return the hosts to listen at besides the one named with the port}
  public List<String> moreHosts() {
    return moreHosts;
  }

  /// {@return the loops that serve the connections, or null for that of the server}
  public @Nullable LoopGroup loops() {
    return loops;
  }

  /// {@return how long a closed connection without TLS may take to hand over what was written}
  public Duration lingeringTime() {
    return lingeringTime;
  }
}
