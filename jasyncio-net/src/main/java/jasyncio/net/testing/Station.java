package jasyncio.net.testing;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.timeout;

import jasyncio.Coroutine;
import jasyncio.EventLoop;
import jasyncio.Future;
import jasyncio.TimeoutError;
import jasyncio.net.ConnectionError;
import jasyncio.net.ConnectionError.Phase;
import jasyncio.net.ConnectionRefusedError;
import jasyncio.net.DatagramOptions;
import jasyncio.net.ServerOptions;
import jasyncio.net.StreamOptions;
import jasyncio.net.spi.Acceptor;
import jasyncio.net.spi.DatagramOwner;
import jasyncio.net.spi.DatagramWire;
import jasyncio.net.spi.Listener;
import jasyncio.net.spi.Network;
import jasyncio.net.spi.Target;
import jasyncio.net.spi.Wire;
import jasyncio.net.spi.WireOwner;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The network of a simulated host, from one start of the machine to its crash. Used on the loop.
final class Station implements Network {
  /// Linux: six times a SYN is sent again.
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(127);

  private static final int FIRST_FREE_PORT = 49152;

  private final SimulatedHost host;
  private final Map<Integer, SimulatedListener> listeners = new LinkedHashMap<>();
  private final Map<Integer, PacketWire> sockets = new LinkedHashMap<>();
  private final Set<StreamWire> wires = new LinkedHashSet<>();
  private int nextPort = FIRST_FREE_PORT;
  private boolean up = true;

  Station(SimulatedHost host) {
    this.host = host;
  }

  SimulatedHost host() {
    return host;
  }

  /// Whether the machine has not crashed since it was started as this.
  boolean isUp() {
    return up;
  }

  @Override
  public EventLoop loop() {
    return host.network().loop();
  }

  void note(InetSocketAddress from, InetSocketAddress to, String what) {
    host.network().note(from, to, what);
  }

  static UnsupportedOperationException noTls() {
    return new UnsupportedOperationException("a simulated network has no TLS");
  }

  private static UnsupportedOperationException noSystem(String what) {
    return new UnsupportedOperationException("a simulated network has no " + what);
  }

  private void checkUp() throws IOException {
    if (!up) {
      throw new IOException("the simulated host " + host.name() + " is down");
    }
  }

  private int freePort() {
    return nextPort++;
  }

  // ---- names ----

  @Override
  public Coroutine<List<InetAddress>> resolve(String name, int port) {
    return async(() -> {
      checkUp();
      return await(host.network().names().resolve(name, port), IOException.class);
    });
  }

  // ---- connecting ----

  @Override
  public Coroutine<@Nullable Void> connect(
      Target target, StreamOptions options, Function<Wire, WireOwner> owners) {
    return async(() -> {
      checkUp();
      if (options.tls() != null) {
        throw noTls();
      }
      if (!(target instanceof Target.Host to)) {
        throw noSystem("system whose sockets it could take, nor Unix sockets: " + target);
      }
      if (to.port() < 0 || to.port() > 65535) {
        throw new IllegalArgumentException(
            "port must be 0-65535, got " + to.port() + " for " + to.host());
      }
      ConnectionError failure = null;
      for (InetAddress address : await(resolve(to.host(), to.port()), IOException.class)) {
        try {
          connect(to, new InetSocketAddress(address, to.port()), owners);
          return;
        } catch (ConnectionError e) {
          if (failure == null) {
            failure = e;
          } else {
            failure.addSuppressed(e);
          }
        }
      }
      throw Objects.requireNonNull(failure); // there is an address
    });
  }

  /// Connects to one address, in the current task.
  private void connect(Target.Host to, InetSocketAddress address, Function<Wire, WireOwner> owners)
      throws ConnectionError {
    SimulatedHost other = host.network().hostAt(host, address.getAddress());
    String named = "('" + address.getAddress().getHostAddress() + "', " + to.port() + ")";
    if (other == null) {
      throw new ConnectionError(
          "Connect call failed " + named + ": No route to host",
          to.host(),
          to.port(),
          Phase.CONNECT,
          null);
    }
    Future<StreamWire> connecting = loop().createFuture();
    InetSocketAddress local =
        new InetSocketAddress(other == host ? address.getAddress() : host.address(), freePort());
    SimulatedLink link = host.network().link(host, other);
    StreamWire ours = new StreamWire(this, link, local, address);
    note(local, address, "connect");
    ours.line().send(0, () -> other.station().asked(ours, link, connecting));
    boolean done = false;
    try {
      await(timeout(CONNECT_LIMIT, () -> await(connecting, IOException.class)), IOException.class);
      wires.add(ours);
      ours.begin(owners.apply(ours));
      done = true;
    } catch (ConnectException e) {
      throw new ConnectionRefusedError(
          "Connect call failed " + named + ": Connection refused", to.host(), to.port(), e);
    } catch (TimeoutError | IOException e) {
      throw new ConnectionError(
          "Connect call failed " + named + ": Connection timed out",
          to.host(),
          to.port(),
          Phase.CONNECT,
          e);
    } finally {
      if (!done) {
        ours.refuse();
      }
    }
  }

  /// Somebody wants to connect to us.
  private void asked(StreamWire client, SimulatedLink link, Future<StreamWire> connecting) {
    if (!up) {
      return; // no answer
    }
    InetSocketAddress from = (InetSocketAddress) client.localAddress();
    InetSocketAddress to = (InetSocketAddress) client.remoteAddress();
    StreamWire ours = new StreamWire(this, link, to, from);
    SimulatedListener listener = listeners.get(to.getPort());
    if (listener == null) {
      note(to, from, "refuse");
      ours.line().send(0, () -> connecting.trySetException(new ConnectException("refused")));
      return;
    }
    note(to, from, "accept");
    ours.connectTo(client);
    ours.line()
        .send(
            0,
            () -> {
              client.connectTo(ours);
              if (!connecting.trySetResult(client)) {
                client.refuse(); // given up meanwhile
              }
            });
    wires.add(ours);
    listener.connected(ours);
  }

  // ---- listening ----

  @Override
  public Coroutine<Listener> listen(
      List<@Nullable String> hosts, int port, ServerOptions options, Acceptor acceptor) {
    return async(() -> {
      checkUp();
      if (options.tls() != null) {
        throw noTls();
      }
      if (options.loops() != null) {
        throw noSystem("more than one loop");
      }
      List<InetAddress> addresses = new ArrayList<>();
      for (String name : hosts) {
        addresses.add(
            name == null || name.isEmpty()
                ? host.address()
                : await(resolve(name, port), IOException.class).getFirst());
      }
      int bound = port == 0 ? freePort() : port;
      if (listeners.containsKey(bound)) {
        throw new IOException(
            "error while attempting to bind on address ('"
                + addresses.getFirst().getHostAddress()
                + "', "
                + bound
                + "): Address already in use");
      }
      SimulatedListener listener =
          new SimulatedListener(
              acceptor,
              addresses.stream().map(one -> new InetSocketAddress(one, bound)).toList(),
              () -> listeners.remove(bound));
      listeners.put(bound, listener);
      if (options.startServing()) {
        listener.startAccepting();
      }
      return listener;
    });
  }

  @Override
  public Coroutine<Listener> listenUnix(Path path, ServerOptions options, Acceptor acceptor) {
    return async(() -> {
      throw noSystem("Unix sockets: " + path);
    });
  }

  @Override
  public Coroutine<Listener> adopt(
      ServerSocketChannel sock, ServerOptions options, Acceptor acceptor) {
    return async(() -> {
      throw noSystem("system whose sockets it could take: " + sock);
    });
  }

  // ---- datagrams ----

  @Override
  public Coroutine<@Nullable Void> openDatagrams(
      DatagramOptions options, Function<DatagramWire, DatagramOwner> owners, Future<?> begun) {
    return async(() -> {
      checkUp();
      if (options.localUnix() != null || options.remoteUnix() != null) {
        throw noSystem("Unix sockets");
      }
      String to = options.remoteHost();
      InetSocketAddress remote =
          to == null
              ? null
              : new InetSocketAddress(
                  await(resolve(to, options.remotePort()), IOException.class).getFirst(),
                  options.remotePort());
      String from = options.localHost();
      InetAddress address =
          from != null
              ? await(resolve(from, options.localPort()), IOException.class).getFirst()
              : remote != null && remote.getAddress().isLoopbackAddress()
                  ? remote.getAddress()
                  : host.address();
      int port = options.localPort() == 0 ? freePort() : options.localPort();
      if (sockets.containsKey(port)) {
        throw new ConnectionError(
            "error while attempting to bind or connect a datagram socket: Address already in use",
            address.getHostAddress(),
            port,
            Phase.CONNECT,
            null);
      }
      PacketWire wire = new PacketWire(this, new InetSocketAddress(address, port), remote, owners);
      sockets.put(port, wire);
      boolean done = false;
      try {
        wire.begin();
        await(begun);
        done = true;
      } finally {
        if (!done) {
          wire.close();
        }
      }
    });
  }

  @Override
  public Coroutine<@Nullable Void> adoptDatagrams(
      DatagramChannel sock, Function<DatagramWire, DatagramOwner> owners, Future<?> begun) {
    return async(() -> {
      throw noSystem("system whose sockets it could take: " + sock);
    });
  }

  void send(PacketWire from, PacketWire.Packet packet) {
    InetSocketAddress to = packet.address();
    SimulatedHost other = up ? host.network().hostAt(host, to.getAddress()) : null;
    if (other == null) {
      return;
    }
    SimulatedLink link = host.network().link(host, other);
    var arriving = new PacketWire.Packet(packet.data(), from.local());
    int copies =
        link.send(
            host.lineTo(other, link),
            packet.data().length,
            () -> {
              PacketWire socket = other.station().sockets.get(to.getPort());
              if (socket != null) {
                socket.arrived(arriving);
              }
            });
    String what = "datagram " + packet.data().length;
    note(from.local(), to, copies == 0 ? what + " lost" : copies == 2 ? what + " twice" : what);
  }

  // ---- the end ----

  void forget(StreamWire wire) {
    wires.remove(wire);
  }

  void forget(PacketWire socket) {
    sockets.remove(socket.local().getPort(), socket);
  }

  /// Everything ends without a word.
  void crash() {
    up = false;
    List.copyOf(wires).forEach(StreamWire::vanish);
    List.copyOf(sockets.values()).forEach(PacketWire::close);
    List.copyOf(listeners.values()).forEach(SimulatedListener::close);
  }
}
