package jasyncio.net.testing;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.sleep;

import jasyncio.CheckReturnValue;
import jasyncio.Coroutine;
import jasyncio.net.ConnectionError;
import jasyncio.net.ConnectionError.Phase;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The names of a [SimulatedNetwork]: those of its hosts, and what a test says of others. Nothing
/// else has an address there, and no server is asked. Used on the loop.
public final class SimulatedNames {
  private final SimulatedNetwork network;
  private final Map<String, Answer> answers = new HashMap<>();

  /// @param addresses none if there is no such name
  private record Answer(List<InetAddress> addresses, Duration delay) {}

  SimulatedNames(SimulatedNetwork network) {
    this.network = network;
  }

  /// Gives a name the addresses of hosts, in this order.
  ///
  /// @param name what is looked up
  /// @param hosts whose addresses it has from now on; none for a name that does not exist
  public void answer(String name, SimulatedHost... hosts) {
    answer(name, Duration.ZERO, hosts);
  }

  /// The same, after a while.
  ///
  /// @param name what is looked up
  /// @param delay how long each lookup takes
  /// @param hosts whose addresses it has from now on; none for a name that does not exist
  public void answer(String name, Duration delay, SimulatedHost... hosts) {
    List<InetAddress> addresses = Arrays.stream(hosts).map(SimulatedHost::address).toList();
    answers.put(name, new Answer(addresses, delay));
  }

  @CheckReturnValue
  Coroutine<List<InetAddress>> resolve(String name, int port) {
    return async(() -> {
      InetAddress literal = literal(name);
      if (literal != null) {
        return List.of(literal);
      }
      Answer answer = answers.get(name);
      SimulatedHost host = network.hostOrNull(name);
      if (answer != null) {
        if (!answer.delay().isZero()) {
          await(sleep(answer.delay()));
        }
        if (!answer.addresses().isEmpty()) {
          return answer.addresses();
        }
      } else if (host != null) {
        return List.of(host.address());
      }
      throw new ConnectionError(
          "Name or service not known: " + name, name, port, Phase.RESOLVE, null);
    });
  }

  private static @Nullable InetAddress literal(String name) {
    if (name.equals("localhost")) {
      return InetAddress.ofLiteral("127.0.0.1");
    }
    try {
      return InetAddress.ofLiteral(name);
    } catch (IllegalArgumentException _) {
      return null;
    }
  }
}
