package jasyncio.tidy;

import java.lang.classfile.AttributedElement;
import java.lang.classfile.Attributes;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.reflect.AccessFlag;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The rules that look at compiled classes: who may know whom. Each gives its findings, one line
/// each, with the remedy.
final class ClassRules {
  private static final Set<String> HTTP_SIDES =
      Set.of(
          "jasyncio",
          "jasyncio.sync",
          "jasyncio.net",
          "jasyncio.net.netty",
          "jasyncio.http",
          "jasyncio.http.wire");

  /// Each package, and which of our packages it may know besides itself. Nothing points upwards.
  /// `net` owns the ports in `net.spi`, and `net.netty` implements them: it knows errors and
  /// options of `net`, and `net` does not know it.
  private static final Map<String, Set<String>> LAYERS =
      Map.ofEntries(
          Map.entry("jasyncio.parity", Set.of()),
          Map.entry("jasyncio.engine", Set.of()),
          Map.entry("jasyncio.open", Set.of("jasyncio.engine")),
          Map.entry("jasyncio.spi", Set.of()),
          Map.entry("jasyncio", Set.of("jasyncio.engine", "jasyncio.spi")),
          Map.entry("jasyncio.sync", Set.of("jasyncio")),
          Map.entry("jasyncio.inspect", Set.of("jasyncio")),
          Map.entry("jasyncio.net.spi", Set.of("jasyncio")),
          Map.entry(
              "jasyncio.net.netty",
              Set.of("jasyncio", "jasyncio.spi", "jasyncio.net", "jasyncio.net.spi")),
          Map.entry(
              "jasyncio.net",
              Set.of("jasyncio", "jasyncio.spi", "jasyncio.sync", "jasyncio.net.spi")),
          Map.entry("jasyncio.net.testing", Set.of("jasyncio", "jasyncio.net", "jasyncio.net.spi")),
          Map.entry("jasyncio.http", Set.of("jasyncio", "jasyncio.net")),
          Map.entry(
              "jasyncio.http.wire",
              Set.of("jasyncio", "jasyncio.net", "jasyncio.net.netty", "jasyncio.http")),
          Map.entry("jasyncio.http.client", HTTP_SIDES),
          Map.entry("jasyncio.http.server", HTTP_SIDES),
          Map.entry("jasyncio.testing", Set.of("jasyncio", "jasyncio.spi", "jasyncio.sync")),
          Map.entry("jasyncio.testing.junit", Set.of("jasyncio", "jasyncio.testing")),
          Map.entry(
              "jasyncio.tools",
              Set.of(
                  "jasyncio",
                  "jasyncio.engine",
                  "jasyncio.net",
                  "jasyncio.net.netty",
                  "jasyncio.lint",
                  "jasyncio.tools.build")),
          Map.entry("jasyncio.tools.build", Set.of()),
          Map.entry("jasyncio.lint", Set.of()),
          Map.entry("jasyncio.lint.errorprone", Set.of("jasyncio.lint")));

  /// What a class may know beyond that, by name. An instrument is told which task runs, and only
  /// passes it on; the escaping of URLs has no state and needs nothing else; one class of `net`
  /// finds Netty's network, and ports are told what the program wants in its own words.
  private static final Map<String, Set<String>> EXCEPTIONS =
      Map.of(
          "jasyncio.spi.Instrument", Set.of("jasyncio.Task"),
          "jasyncio.net.Networks", Set.of("jasyncio.net.netty.NettyBridge"),
          "jasyncio.net.spi.Wire", Set.of("jasyncio.net.Tls"),
          "jasyncio.net.spi.Network",
              Set.of(
                  "jasyncio.net.DatagramOptions",
                  "jasyncio.net.ServerOptions",
                  "jasyncio.net.StreamOptions"),
          "jasyncio.http.Query", Set.of("jasyncio.http.wire.Percent"));

  /// The classes of the core that stand below its knot (see ARCHITECTURE.md), and which classes of
  /// their own package they may know: each other, and the items they hold.
  private static final Map<String, Set<String>> LEAVES =
      Map.of(
          "jasyncio.ReadyQueue", Set.of(),
          "jasyncio.TimerHeap", Set.of("jasyncio.ReadyQueue", "jasyncio.TimerHandle"),
          "jasyncio.Inbox", Set.of("jasyncio.ReadyQueue", "jasyncio.Handle"),
          "jasyncio.ParkDriver", Set.of("jasyncio.Sneaky"),
          "jasyncio.Poller",
              Set.of(
                  "jasyncio.Handle",
                  "jasyncio.Inbox",
                  "jasyncio.LoopConfig",
                  "jasyncio.LossReports",
                  "jasyncio.ParkDriver",
                  "jasyncio.ReadyQueue",
                  "jasyncio.StackEnd",
                  "jasyncio.TimerHeap"));

  private static final String FIBER = "jasyncio.engine.Fiber";

  /// The files that may leave a fiber's stack.
  private static final Set<String> MAY_SUSPEND =
      Set.of("jasyncio.Traps", "jasyncio.Task", "jasyncio.GeneratorFiber");

  /// Where internals of the JDK may be used.
  private static final Set<String> INSIDE_THE_JDK = Set.of("jasyncio.engine", "jasyncio.open");

  private static final String NETTY = "io.netty.";

  /// Where Netty's types may be used, though never shown.
  private static final Set<String> MAY_USE_NETTY =
      Set.of(
          "jasyncio.net.netty",
          "jasyncio.http.wire",
          "jasyncio.http.client",
          "jasyncio.http.server");

  private ClassRules() {}

  static List<String> layers(ClassFile type) {
    if (type.name().equals("module-info")) {
      return List.of();
    }
    Set<String> allowed = LAYERS.get(type.packageName());
    Set<String> exceptions = EXCEPTIONS.getOrDefault(type.topLevelName(), Set.of());
    if (allowed == null) {
      return List.of(
          type.name()
              + ": the package has no layer; give it one in ClassRules, and say there what"
              + " it may know");
    }
    List<String> findings = new ArrayList<>();
    for (String other : type.namedClasses()) {
      String target = ClassFile.packageOf(other);
      if (LAYERS.containsKey(target)
          && !target.equals(type.packageName())
          && !allowed.contains(target)
          && !exceptions.contains(other)) {
        findings.add(
            type.topLevelName() + ": must not know " + other + "; turn the dependency round");
      }
    }
    return findings;
  }

  /// What a leaf of the core must not know.
  static List<String> leaves(ClassFile type) {
    Set<String> allowed = LEAVES.get(type.topLevelName());
    if (allowed == null) {
      return List.of();
    }
    return type.namedClasses().stream()
        .filter(other -> ClassFile.packageOf(other).equals(type.packageName()))
        .map(other -> other.replaceAll("[$;].*", ""))
        .filter(other -> !other.equals(type.topLevelName()) && !allowed.contains(other))
        .distinct()
        .map(other -> type.topLevelName() + ": must not know " + other + "; it is a leaf")
        .toList();
  }

  static boolean isLeaf(ClassFile type) {
    return LEAVES.containsKey(type.name());
  }

  static int countLeaves() {
    return LEAVES.size();
  }

  static List<String> jdkInternals(ClassFile type) {
    if (INSIDE_THE_JDK.contains(type.packageName()) || type.name().equals("module-info")) {
      return List.of();
    }
    return type.namedClasses().stream()
        .filter(name -> name.startsWith("jdk.internal.") || name.startsWith("sun."))
        .map(name -> type.topLevelName() + ": " + name + " belongs into jasyncio-engine")
        .toList();
  }

  static List<String> suspensions(ClassFile type) {
    if (type.packageName().equals("jasyncio.engine") || MAY_SUSPEND.contains(type.topLevelName())) {
      return List.of();
    }
    return type.references().contains(new ClassFile.Reference(FIBER, "suspend"))
        ? List.of(type.topLevelName() + ": only " + MAY_SUSPEND + " suspend; await instead")
        : List.of();
  }

  static List<String> nettyUsers(ClassFile type) {
    if (MAY_USE_NETTY.contains(type.packageName()) || type.name().equals("module-info")) {
      return List.of();
    }
    return type.namedClasses().stream()
        .filter(name -> name.startsWith(NETTY))
        .map(name -> type.topLevelName() + ": " + name + " may be used only in " + MAY_USE_NETTY)
        .toList();
  }

  /// What users of an exported package can see of this class must not show Netty.
  static List<String> visibleNetty(ClassFile type, Set<String> exportedPackages) {
    if (!exportedPackages.contains(type.packageName())
        || !type.model().flags().has(AccessFlag.PUBLIC)) {
      return List.of();
    }
    List<String> findings = new ArrayList<>();
    type.model().superclass().ifPresent(parent -> check(type, parent.asInternalName(), findings));
    type.model().interfaces().forEach(each -> check(type, each.asInternalName(), findings));
    checkSignature(type, type.model(), "", findings);
    for (MethodModel method : type.model().methods()) {
      if (isVisible(method.flags().flags())) {
        checkSignature(type, method, method.methodType().stringValue(), findings);
      }
    }
    for (FieldModel field : type.model().fields()) {
      if (isVisible(field.flags().flags())) {
        checkSignature(type, field, field.fieldType().stringValue(), findings);
      }
    }
    return findings;
  }

  private static boolean isVisible(Set<AccessFlag> flags) {
    return flags.contains(AccessFlag.PUBLIC) || flags.contains(AccessFlag.PROTECTED);
  }

  private static void checkSignature(
      ClassFile type, AttributedElement element, String descriptor, List<String> findings) {
    ClassFile.typesIn(descriptor).forEach(name -> check(type, name, findings));
    element
        .findAttribute(Attributes.signature())
        .ifPresent(generic ->
            ClassFile.typesIn(generic.signature().stringValue())
                .forEach(name -> check(type, name, findings)));
    element
        .findAttribute(Attributes.exceptions())
        .ifPresent(thrown ->
            thrown.exceptions().forEach(each -> check(type, each.asInternalName(), findings)));
  }

  private static void check(ClassFile type, String name, List<String> findings) {
    String shown = name.replace('/', '.');
    if (shown.startsWith(NETTY)) {
      findings.add(type.name() + ": shows " + shown + "; Netty must stay replaceable, so hide it");
    }
  }
}
