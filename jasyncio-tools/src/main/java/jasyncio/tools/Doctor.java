package jasyncio.tools;

import jasyncio.engine.Engine;
import jasyncio.net.netty.NettyTransport;
import jasyncio.net.netty.TlsProvider;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `./jasyncio doctor`: on what a program runs here, why, and what to change to make it faster.
final class Doctor {
  private static final int TESTED_JAVA = 25;
  private static final long MEBIBYTE = 1024 * 1024;

  private final StringBuilder report = new StringBuilder();
  private final List<String> advice = new ArrayList<>();

  private Doctor() {}

  /// The report, for people.
  static String examine() {
    Doctor doctor = new Doctor();
    doctor.java();
    Engine engine = doctor.engine();
    if (engine != null) {
      doctor.transport(engine);
    }
    doctor.tls();
    if (engine != null) {
      doctor.bugs();
    }
    return doctor.report + doctor.conclusion();
  }

  private void java() {
    String vendor = property("java.vendor") + " " + property("java.vendor.version");
    row("Java", property("java.runtime.version") + ", " + vendor.strip());
    row("", property("java.home"));
    Runtime runtime = Runtime.getRuntime();
    row(
        "System",
        "%s %s %s, %d processors, heap up to %d MiB"
            .formatted(
                property("os.name"),
                property("os.version"),
                property("os.arch"),
                runtime.availableProcessors(),
                runtime.maxMemory() / MEBIBYTE));
    if (Runtime.version().feature() > TESTED_JAVA) {
      advice.add(
          ("The fast engine is tested on Java %1$d. If this one makes trouble, point JAVA_HOME to a"
                  + " JDK %1$d, or set JASYNCIO_ENGINE=thread.")
              .formatted(TESTED_JAVA));
    }
  }

  private @Nullable Engine engine() {
    Engine engine;
    try {
      engine = Engine.selected();
    } catch (IllegalStateException e) {
      row("Engine", "none");
      row("", e.getMessage());
      advice.add("Unset JASYNCIO_ENGINE and -Djasyncio.engine, and the best engine is chosen.");
      return null;
    }
    row("Engine", engine.name() + (engine.isFast() ? ", the fast one" : ", the slow one"));
    row("", engine.reason());
    if (!engine.isFast()) {
      advice.add(
          engine.reason().startsWith("asked for")
              ? "For the engine that switches tasks several times faster, unset JASYNCIO_ENGINE and"
                  + " -Djasyncio.engine."
              : "For the engine that switches tasks several times faster, start java with:\n  "
                  + Engine.flags()
                  + "\n  Where flags cannot be set, as for an IDE's run button, "
                  + Engine.withoutFlags()
                  + ".");
    }
    return engine;
  }

  private void transport(Engine engine) {
    NettyTransport transport;
    try {
      // loops of the thread engine run on virtual threads
      transport =
          NettyTransport.select(
              engine.isFast() ? Thread.currentThread() : Thread.ofVirtual().unstarted(() -> {}));
    } catch (IllegalStateException e) {
      row("Transport", "none");
      row("", e.getMessage());
      advice.add("Unset -Djasyncio.transport, and the best transport is chosen.");
      return;
    }
    boolean isNative = !transport.name().equals("nio");
    row("Transport", transport.name() + (isNative ? ", a native one" : ", the portable one"));
    row("", transport.reason());
    if (isNative) {
      return;
    }
    if (transport.reason().startsWith("-D")) {
      advice.add("For a native transport unset -Djasyncio.transport.");
    } else if (engine.isFast()) {
      advice.add(
          "For a native transport put the jar netty-transport-native-epoll (Linux) or"
              + " netty-transport-native-kqueue (macOS, BSD) for this processor on the class"
              + " path.");
    } else {
      advice.add("A native transport comes with the fast engine.");
    }
  }

  private void tls() {
    TlsProvider provider;
    try {
      provider = TlsProvider.select();
    } catch (IllegalStateException e) {
      row("TLS", "none");
      row("", e.getMessage());
      advice.add("Unset -Djasyncio.tls, and the best provider is chosen.");
      return;
    }
    boolean isFast = provider.name().equals("boringssl");
    row("TLS", isFast ? "boringssl, the fast one" : "jdk, the one that is always there");
    row("", provider.reason());
    if (!isFast) {
      row("", "faster: the jars netty-tcnative-classes and, for this system and processor,");
      row("", "netty-tcnative-boringssl-static on the class path");
    }
  }

  /// Nobody can change it, so it is no advice.
  private void bugs() {
    if (SkippedCatch.happensHere()) {
      row("JDK bugs", "JDK-8389310: a catch may be skipped by what an await throws, see");
      row(
          "",
          "docs/differences.md, \"Exceptions\"; this Java is " + property("java.runtime.version"));
    }
  }

  private void row(String subject, @Nullable String finding) {
    report.append("%-11s%s%n".formatted(subject, finding));
  }

  private String conclusion() {
    if (advice.isEmpty()) {
      return "%nNothing to change: engine and transport are the fast ones.%n".formatted();
    }
    StringBuilder text = new StringBuilder("%nWhat to change:%n".formatted());
    for (String each : advice) {
      text.append("- ").append(each).append(System.lineSeparator());
    }
    return text.toString();
  }

  private static String property(String name) {
    return System.getProperty(name, "").strip();
  }
}
