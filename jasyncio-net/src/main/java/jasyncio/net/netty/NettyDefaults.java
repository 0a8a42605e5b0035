package jasyncio.net.netty;

import java.util.concurrent.ThreadLocalRandom;

/// Start-up settings of Netty that cost time and bring a loop nothing. What the program has set
/// itself is left alone.
final class NettyDefaults {
  private NettyDefaults() {}

  /// Sets them; must come before the first class of Netty is initialised.
  static void apply() {
    // Without these two Netty looks at every network interface, and at the process table.
    set("io.netty.machineId", randomMachineId());
    set("io.netty.processId", Long.toString(ProcessHandle.current().pid() & 0x3fffff));
    // Sampling of lost buffers costs a stack trace for every 128th; tests switch it on.
    set("io.netty.leakDetection.level", "disabled");
  }

  private static void set(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  private static String randomMachineId() {
    StringBuilder id = new StringBuilder(23);
    long bits = ThreadLocalRandom.current().nextLong();
    for (int i = 0; i < 8; i++, bits >>>= 8) {
      id.append(i == 0 ? "" : ":").append(String.format("%02x", bits & 0xff));
    }
    return id.toString();
  }
}
