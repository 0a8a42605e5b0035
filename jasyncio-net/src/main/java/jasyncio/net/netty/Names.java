package jasyncio.net.netty;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;

import io.netty.util.NetUtil;
import jasyncio.Coroutine;
import jasyncio.net.Resolver;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The addresses of hosts, and the order in which they are tried.
final class Names {
  private Names() {}

  /// The addresses of `host`, in the system's order; a literal address is not looked up.
  ///
  /// @param port for messages only
  static Coroutine<List<InetAddress>> resolve(String host, int port) {
    return async(() -> {
      if (NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host)) {
        return List.of(InetAddress.getByName(host));
      }
      return await(Resolver.shared().resolve(host, port));
    });
  }

  /// The addresses with the families in turns, after the first ones of the first family.
  ///
  /// CPython: `_interleave_addrinfos`.
  static List<InetAddress> interleaved(List<InetAddress> addresses, int firstFamilyCount) {
    Map<Class<?>, List<InetAddress>> byFamily = new LinkedHashMap<>();
    for (InetAddress address : addresses) {
      byFamily.computeIfAbsent(address.getClass(), _ -> new ArrayList<>()).add(address);
    }
    List<Iterator<InetAddress>> families = new ArrayList<>();
    byFamily.values().forEach(family -> families.add(family.iterator()));
    List<InetAddress> ordered = new ArrayList<>();
    for (int i = 1; i < firstFamilyCount && families.getFirst().hasNext(); i++) {
      ordered.add(families.getFirst().next());
    }
    while (ordered.size() < addresses.size()) {
      for (Iterator<InetAddress> family : families) {
        if (family.hasNext()) {
          ordered.add(family.next());
        }
      }
    }
    return ordered;
  }
}
