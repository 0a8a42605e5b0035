package jasyncio.tools;

import jasyncio.engine.Engine;
import jasyncio.net.netty.NettyTransport;
import java.util.ArrayList;
import java.util.List;

/// `./jasyncio doctor`: on what a program runs here, why, and what to change to make it faster.
final class Doctor {
  private static final int FASTEST_TESTED = 25;
  private static final long MEBIBYTE = 1024 * 1024;

  private final StringBuilder report = new StringBuilder();
  private final List<String> advice = new ArrayList<>();

  private Doctor() {}

  /// The report, for people.
  static String examine() {
    Doctor doctor = new Doctor();
    doctor.java();
    doctor.engine();
    doctor.transport();
    return doctor.report + doctor.conclusion();
  }

  private void java() {
    row(
        "Java",
        property("java.runtime.version")
            + ", "
            + property("java.vendor")
            + " "
            + property("java.vendor.version"));
    row("", property("java.home"));
    Runtime runtime = Runtime.getRuntime();
    row(
        "System",
        property("os.name")
            + " "
            + property("os.version")
            + " "
            + property("os.arch")
            + ", "
            + runtime.availableProcessors()
            + " processors, heap up to "
            + runtime.maxMemory() / MEBIBYTE
            + " MiB");
    if (Runtime.version().feature() > FASTEST_TESTED) {
      advice.add(
          "The fast engine is tested on Java "
              + FASTEST_TESTED
              + ". If this one makes trouble, point JAVA_HOME to a JDK "
              + FASTEST_TESTED
              + ", or set JASYNCIO_ENGINE=thread.");
    }
  }

  private void engine() {
    Engine engine;
    try {
      engine = Engine.selected();
    } catch (IllegalStateException e) {
      row("Engine", "none: " + e.getMessage());
      advice.add("Unset JASYNCIO_ENGINE and -Djasyncio.engine, and the best engine is chosen.");
      return;
    }
    row("Engine", engine.name() + (engine.isFast() ? " (the fast one): " : " (the slow one): "));
    row("", engine.reason());
    if (!engine.isFast()) {
      advice.add(
          engine.reason().startsWith("asked for")
              ? "The thread engine switches tasks several times slower. For the fast one unset"
                  + " JASYNCIO_ENGINE and -Djasyncio.engine."
              : "For the fast engine start java with: "
                  + Engine.FLAGS
                  + "  (./jasyncio run does it for you)");
    }
  }

  private void transport() {
    NettyTransport transport;
    try {
      transport = NettyTransport.select(loopThread());
    } catch (IllegalStateException e) {
      row("Transport", "none: " + e.getMessage());
      advice.add("Unset -Djasyncio.transport, and the best transport is chosen.");
      return;
    }
    boolean isNative = !transport.name().equals("nio");
    row("Transport", transport.name() + (isNative ? " (native): " : " (portable): "));
    row("", transport.reason());
    if (!isNative && Engine.selected().isFast()) {
      advice.add(
          System.getProperty("jasyncio.transport", "").isEmpty()
              ? "For a native transport bring Netty's library for this system along:"
                  + " netty-transport-native-epoll on Linux, -kqueue on macOS."
              : "For the native transport unset -Djasyncio.transport.");
    }
  }

  /// A thread of the kind that a loop runs on here; the choice depends on it.
  private static Thread loopThread() {
    return Engine.selected().isFast()
        ? Thread.currentThread()
        : Thread.ofVirtual().unstarted(() -> {});
  }

  private void row(String subject, String finding) {
    report.append(String.format("%-11s%s%n", subject, finding));
  }

  private String conclusion() {
    if (advice.isEmpty()) {
      return String.format("%nNothing to change: these are the fast ones.%n");
    }
    StringBuilder text = new StringBuilder(String.format("%nWhat to change:%n"));
    for (String each : advice) {
      text.append(String.format("- %s%n", each));
    }
    return text.toString();
  }

  private static String property(String name) {
    return System.getProperty(name, "").strip();
  }
}
