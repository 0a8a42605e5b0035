package jasyncio.net;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import org.jspecify.annotations.Nullable;

/// Options of [Net#createDatagramEndpoint]. Immutable: each `with` method returns a changed copy.
///
/// Counterpart: the arguments of `loop.create_datagram_endpoint`.
public final class DatagramOptions {
  private static final DatagramOptions NONE =
      new DatagramOptions(null, null, null, false, false, null);

  private final @Nullable Address local;
  private final @Nullable Address remote;
  private final @Nullable StandardProtocolFamily family;
  private final boolean reusePort;
  private final boolean broadcast;
  private final @Nullable NetworkInterface multicastInterface;

  /// A host and a port, or a Unix socket.
  ///
  /// @param host a name or an address; null for all interfaces
  /// @param unix null for a host and a port
  private record Address(@Nullable String host, int port, @Nullable UnixDomainSocketAddress unix) {}

  private DatagramOptions(
      @Nullable Address local,
      @Nullable Address remote,
      @Nullable StandardProtocolFamily family,
      boolean reusePort,
      boolean broadcast,
      @Nullable NetworkInterface multicastInterface) {
    this.local = local;
    this.remote = remote;
    this.family = family;
    this.reusePort = reusePort;
    this.broadcast = broadcast;
    this.multicastInterface = multicastInterface;
  }

  /// {@return options without an address: `defaults().withLocal(…)`}
  public static DatagramOptions defaults() {
    return NONE;
  }

  /// Receives at an address, such as a `sockname`.
  ///
  /// @param address an IP address or a name, and a port
  /// @return the options
  public static DatagramOptions local(InetSocketAddress address) {
    return NONE.withLocal(host(address), address.getPort());
  }

  /// Sends to an address, such as the `sockname` of another endpoint, and receives from there only.
  ///
  /// @param address an IP address or a name, and a port
  /// @return the options
  public static DatagramOptions remote(InetSocketAddress address) {
    return NONE.withRemote(host(address), address.getPort());
  }

  /// The address itself, where it is known, with its scope; else the name, which is looked up.
  private static String host(InetSocketAddress address) {
    InetAddress known = address.getAddress();
    return known == null ? address.getHostString() : known.getHostAddress();
  }

  /// Receives at `host` and `port`.
  ///
  /// @param host a name or an address; null for all interfaces, which needs a
  ///   [family][#withFamily(StandardProtocolFamily)] unless there is a remote address
  /// @param port 0 for a free one: see `getExtraInfo("sockname")`
  /// @return the changed options
  public static DatagramOptions local(@Nullable String host, int port) {
    return NONE.withLocal(host, port);
  }

  /// Sends to `host` and `port`, and receives from there only.
  ///
  /// @param host a name or an address
  /// @param port the port
  /// @return the changed options
  public static DatagramOptions remote(String host, int port) {
    return NONE.withRemote(host, port);
  }

  /// Receives at `host` and `port`. Counterpart: `local_addr`.
  ///
  /// @param host a name or an address; null for all interfaces, as for [#local(String, int)]
  /// @param port 0 for a free one
  /// @return the changed options
  public DatagramOptions withLocal(@Nullable String host, int port) {
    return new DatagramOptions(
        new Address(host, port, null), remote, family, reusePort, broadcast, multicastInterface);
  }

  /// Sends to `host` and `port`, and receives from there only. Counterpart: `remote_addr`.
  ///
  /// @param host a name or an address
  /// @param port the port
  /// @return the changed options
  public DatagramOptions withRemote(String host, int port) {
    return new DatagramOptions(
        local, new Address(host, port, null), family, reusePort, broadcast, multicastInterface);
  }

  /// Receives at a Unix socket. One that another has left behind there is removed; our own stays
  /// when the transport is closed.
  ///
  /// Needs epoll or kqueue, which the JDK's own datagrams do not have: see
  /// [Net#createDatagramEndpoint].
  ///
  /// @param address the path of the socket
  /// @return the options
  public static DatagramOptions local(UnixDomainSocketAddress address) {
    return NONE.withLocal(address);
  }

  /// Sends to a Unix socket, and receives from there only: the other side can answer if there is a
  /// [local address][#withLocal(UnixDomainSocketAddress)] too.
  ///
  /// @param address the path of the socket
  /// @return the options
  public static DatagramOptions remote(UnixDomainSocketAddress address) {
    return NONE.withRemote(address);
  }

  /// Receives at a Unix socket. As [#local(UnixDomainSocketAddress)] otherwise.
  ///
  /// @param address the path of the socket
  /// @return the changed options
  public DatagramOptions withLocal(UnixDomainSocketAddress address) {
    return new DatagramOptions(
        new Address(null, 0, address), remote, family, reusePort, broadcast, multicastInterface);
  }

  /// Sends to a Unix socket, and receives from there only.
  ///
  /// @param address the path of the socket
  /// @return the changed options
  public DatagramOptions withRemote(UnixDomainSocketAddress address) {
    return new DatagramOptions(
        local, new Address(null, 0, address), family, reusePort, broadcast, multicastInterface);
  }

  /// Takes addresses of this family only: `INET` or `INET6`.
  ///
  /// @param family `INET` or `INET6`
  /// @return the changed options
  public DatagramOptions withFamily(StandardProtocolFamily family) {
    return new DatagramOptions(local, remote, family, reusePort, broadcast, multicastInterface);
  }

  /// Lets several sockets of the same user share a port, among which the system distributes what
  /// comes.
  ///
  /// @param reusePort whether to share the port
  /// @return the changed options
  public DatagramOptions withReusePort(boolean reusePort) {
    return new DatagramOptions(local, remote, family, reusePort, broadcast, multicastInterface);
  }

  /// Allows sending to a broadcast address. Counterpart: `allow_broadcast`.
  ///
  /// @param broadcast whether to allow it
  /// @return the changed options
  public DatagramOptions withBroadcast(boolean broadcast) {
    return new DatagramOptions(local, remote, family, reusePort, broadcast, multicastInterface);
  }

  /// Sends to multicast groups through this interface, instead of the system's choice.
  ///
  /// @param network the network interface
  /// @return the changed options
  public DatagramOptions withMulticastInterface(NetworkInterface network) {
    return new DatagramOptions(local, remote, family, reusePort, broadcast, network);
  }

  /// {@return where to receive, or null}
  public @Nullable String localHost() {
    return local == null ? null : local.host();
  }

  /// {@return the port to receive at; 0 for a free one}
  public int localPort() {
    return local == null ? 0 : local.port();
  }

  /// {@return whether there is a local address at all}
  public boolean hasLocal() {
    return local != null;
  }

  /// {@return where to send, or null}
  public @Nullable String remoteHost() {
    return remote == null ? null : remote.host();
  }

  /// {@return the port to send to}
  public int remotePort() {
    return remote == null ? 0 : remote.port();
  }

  /// {@return the Unix socket to receive at, or null}
  public @Nullable UnixDomainSocketAddress localUnix() {
    return local == null ? null : local.unix();
  }

  /// {@return the Unix socket to send to, or null}
  public @Nullable UnixDomainSocketAddress remoteUnix() {
    return remote == null ? null : remote.unix();
  }

  /// {@return the family of addresses, or null for that of the first address found}
  public @Nullable StandardProtocolFamily family() {
    return family;
  }

  /// {@return whether sockets may share the port}
  public boolean reusePort() {
    return reusePort;
  }

  /// {@return whether broadcasts may be sent}
  public boolean broadcast() {
    return broadcast;
  }

  /// {@return where multicasts are sent, or null for the system's choice}
  public @Nullable NetworkInterface multicastInterface() {
    return multicastInterface;
  }
}
