package jasyncio.net.testing;

import static jasyncio.Asyncio.getRunningLoop;

import jasyncio.EventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A network inside the process, for tests: `openConnection`, `startServer`, protocols and
/// datagrams run on it unchanged, on virtual time and on real time.
///
/// ```java
/// SimulatedNetwork.start();
/// Server server = await(startServer(handler, "localhost", 7));
/// Streams streams = await(openConnection("localhost", 7));
/// ```
///
/// With several hosts: what a task opens is opened on the host that the task runs on, see
/// [SimulatedHost#createTask]. Between two hosts there is a [SimulatedLink], of a millisecond and
/// without faults until a test says otherwise. What is left to chance comes from the schedule that
/// a test explores, so that a failure is replayed by its string, and from the seed, if there is
/// one. The same seed and the same schedule give the same bytes at the same times: [#trace()].
///
/// There is no TLS, there are no Unix sockets, and what the program connects through channels of
/// the JDK, or through `NettyBridge` as HTTP does, goes past it. Used on the loop.
public final class SimulatedNetwork {
  private static final Duration BETWEEN_HOSTS = Duration.ofMillis(1);
  private static final int MOST_HOSTS = 250;

  /// More than anybody reads.
  private static final int LONGEST_TRACE = 100_000;

  private final EventLoop loop;
  private final Chance chance;
  private final SimulatedNames names = new SimulatedNames(this);
  private final Map<String, SimulatedHost> hosts = new LinkedHashMap<>();
  private final Map<Set<SimulatedHost>, SimulatedLink> links = new LinkedHashMap<>();
  private final List<String> trace = new ArrayList<>();

  private SimulatedNetwork(EventLoop loop, @Nullable Long seed) {
    this.loop = loop;
    this.chance = new Chance(seed);
  }

  /// {@return a network for the running loop}
  ///
  /// Nothing uses it yet: see [SimulatedHost#createTask] and [SimulatedHost#use].
  public static SimulatedNetwork create() {
    return new SimulatedNetwork(getRunningLoop(), null);
  }

  /// {@return a network for the running loop, in which things happen by chance}
  ///
  /// @param seed what they happen by; the same seed, the same things
  public static SimulatedNetwork create(long seed) {
    return new SimulatedNetwork(getRunningLoop(), seed);
  }

  /// Makes what runs in the current context from now on use a network of its own, as its host
  /// `localhost`.
  ///
  /// @return the network
  public static SimulatedNetwork start() {
    SimulatedNetwork network = create();
    network.host("localhost").use();
    return network;
  }

  EventLoop loop() {
    return loop;
  }

  // ---- hosts and names ----

  /// {@return the host of that name, made with the first call}
  ///
  /// @param name its name
  /// @throws IllegalStateException if there are too many
  public SimulatedHost host(String name) {
    return hosts.computeIfAbsent(
        name, _ -> new SimulatedHost(this, name, address(name, hosts.size() + 1)));
  }

  private static InetAddress address(String name, int number) {
    if (number > MOST_HOSTS) {
      throw new IllegalStateException("a simulated network has at most " + MOST_HOSTS + " hosts");
    }
    try {
      return InetAddress.getByAddress(name, new byte[] {10, 0, 0, (byte) number});
    } catch (UnknownHostException e) {
      throw new AssertionError(e); // four bytes are an address
    }
  }

  @Nullable SimulatedHost hostOrNull(String name) {
    return hosts.get(name);
  }

  /// @param asker whose own addresses lead to itself
  @Nullable SimulatedHost hostAt(SimulatedHost asker, InetAddress address) {
    if (address.isLoopbackAddress() || address.isAnyLocalAddress()) {
      return asker;
    }
    for (SimulatedHost host : hosts.values()) {
      if (host.address().equals(address)) {
        return host;
      }
    }
    return null;
  }

  /// {@return what names mean here}
  public SimulatedNames names() {
    return names;
  }

  // ---- links ----

  /// {@return what lies between two hosts, or inside one if they are the same}
  ///
  /// @param one a host
  /// @param other another, or the same
  public SimulatedLink link(SimulatedHost one, SimulatedHost other) {
    boolean inside = one == other;
    return links.computeIfAbsent(
        inside ? Set.of(one) : Set.of(one, other),
        _ ->
            new SimulatedLink(
                loop,
                chance,
                inside ? one.name() : one.name() + "-" + other.name(),
                inside ? Duration.ZERO : BETWEEN_HOSTS));
  }

  /// Cuts some hosts off from all others that there are; among themselves they are connected.
  ///
  /// @param side those on one side
  public void partition(SimulatedHost... side) {
    List<SimulatedHost> ours = Arrays.asList(side);
    for (SimulatedHost one : ours) {
      for (SimulatedHost other : hosts.values()) {
        if (!ours.contains(other)) {
          link(one, other).cut();
        }
      }
    }
  }

  /// Heals all links.
  public void heal() {
    List.copyOf(links.values()).forEach(SimulatedLink::heal);
  }

  // ---- looking at it ----

  void note(InetSocketAddress from, InetSocketAddress to, String what) {
    if (trace.size() < LONGEST_TRACE) {
      trace.add(
          String.format(
              Locale.ROOT, "%.6f %s > %s %s", loop.time().seconds(), named(from), named(to), what));
    }
  }

  private String named(InetSocketAddress address) {
    InetAddress where = address.getAddress();
    String name = where.getHostAddress();
    for (SimulatedHost host : hosts.values()) {
      name = host.address().equals(where) ? host.name() : name;
    }
    return name + ":" + address.getPort();
  }

  /// {@return what was sent, a line each: `0.001000 client:49152 > server:7 data 5`; the first
  /// 100,000}
  public List<String> trace() {
    return List.copyOf(trace);
  }
}
