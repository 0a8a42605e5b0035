package jasyncio.net.netty;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.toThread;

import io.netty.util.NetUtil;
import jasyncio.Coroutine;
import jasyncio.net.ConnectionError;
import jasyncio.net.ConnectionError.Phase;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/// Looks up host names: with the system's resolver, on a virtual thread of its own for each lookup,
/// so that a slow one holds up neither the loop nor another.
final class Names {
  private Names() {}

  /// The addresses of `host`, in the system's order; a literal address is not looked up.
  ///
  /// @param port for messages only
  static Coroutine<List<InetAddress>> resolve(String host, int port) {
    return async(() -> {
      if (NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host)) {
        return List.of(lookUp(host, port));
      }
      return List.of(await(toThread(() -> lookUp(host, port))));
    });
  }

  private static InetAddress[] lookUp(String host, int port) throws ConnectionError {
    try {
      return InetAddress.getAllByName(host);
    } catch (UnknownHostException e) {
      throw new ConnectionError("Name or service not known: " + host, host, port, Phase.RESOLVE, e);
    }
  }
}
