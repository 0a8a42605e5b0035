package jasyncio.net.netty;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;

/// Start-up settings of Netty that cost time and bring a loop nothing. What the program has set
/// itself is left alone.
final class NettyDefaults {
  private static final int MACHINE_ID_BYTES = 8;

  private NettyDefaults() {}

  /// Sets them; must come before the first class of Netty is initialised.
  static void apply() {
    // Without these two Netty looks at every network interface, and at the process table.
    set("io.netty.machineId", randomMachineId());
    set("io.netty.processId", Long.toString(ProcessHandle.current().pid() & 0x3fffff));
    // Its events for the flight recorder double the time until the first connection is there, also
    // when nobody records.
    set("io.netty.jfr.enabled", "false");
    // Sampling of lost buffers costs a stack trace for every 128th; tests switch it on.
    set("io.netty.leakDetection.level", "disabled");
  }

  private static void set(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  private static String randomMachineId() {
    byte[] id = new byte[MACHINE_ID_BYTES];
    ThreadLocalRandom.current().nextBytes(id);
    return HexFormat.ofDelimiter(":").formatHex(id);
  }
}
