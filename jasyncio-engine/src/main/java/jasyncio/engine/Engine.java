package jasyncio.engine;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Which kind of fiber this JVM gets, and why.
///
/// `-Djasyncio.engine=continuation|thread`, or the environment variable `JASYNCIO_ENGINE`, forces
/// one. Without either it is the fast one wherever the JVM allows it.
public final class Engine {
  /// What the JVM must be started with for the fast engine, for programs on the class path.
  public static final String FLAGS =
      "--add-exports java.base/jdk.internal.vm=ALL-UNNAMED --add-exports"
          + " java.base/jdk.internal.misc=ALL-UNNAMED";

  private static final String PROPERTY = "jasyncio.engine";
  private static final String VARIABLE = "JASYNCIO_ENGINE";

  private final boolean continuations;
  private final String reason;

  private Engine(boolean continuations, String reason) {
    this.continuations = continuations;
    this.reason = reason;
  }

  /// {@return the engine of this JVM; chosen at the first call, which takes a few milliseconds}
  ///
  /// @throws IllegalStateException if an engine was asked for that does not exist or cannot work
  ///   here
  public static Engine selected() {
    Engine engine = Selected.ENGINE;
    if (engine == null) {
      throw new IllegalStateException(Selected.failure);
    }
    return engine;
  }

  /// `continuation` or `thread`.
  ///
  /// @return that name
  public String name() {
    return continuations ? "continuation" : "thread";
  }

  /// {@return whether this is the fast engine}
  public boolean isFast() {
    return continuations;
  }

  /// Why it was chosen, in one sentence.
  ///
  /// @return one sentence
  public String reason() {
    return reason;
  }

  /// {@return a carrier for a new loop}
  public Carrier newCarrier() {
    return continuations ? new ContinuationCarrier() : new ThreadCarrier();
  }

  /// Remembers a failure too: an exception that left the initialiser would arrive as an
  /// ExceptionInInitializerError once, and as a NoClassDefFoundError ever after.
  private static final class Selected {
    static final @Nullable Engine ENGINE;
    static @Nullable String failure;

    static {
      Engine engine = null;
      try {
        engine = select();
      } catch (IllegalStateException e) {
        failure = e.getMessage();
      }
      ENGINE = engine;
    }

    private Selected() {}
  }

  private static Engine select() {
    ThreadLocalsSetting.isShared(); // a typing error is told here, and not by the self-test
    String asked = System.getProperty(PROPERTY);
    String where = "-D" + PROPERTY + "=";
    if (asked == null) {
      asked = System.getenv(VARIABLE);
      where = VARIABLE + "=";
    }
    if (asked == null || asked.isBlank()) {
      String obstacle = obstacle();
      if (obstacle == null) {
        return new Engine(
            true, "the JVM grants the two packages it needs and the self-test passed");
      }
      System.err.println(
          "jasyncio: running on the thread engine, whose task switch is several times slower ("
              + obstacle
              + "). For the fast one start java with: "
              + FLAGS
              + "  (silence this line with -D"
              + PROPERTY
              + "=thread)");
      return new Engine(false, obstacle);
    }
    return switch (asked.strip().toLowerCase(Locale.ROOT)) {
      case "thread" -> new Engine(false, "asked for with " + where + asked);
      case "continuation" -> {
        String obstacle = obstacle();
        if (obstacle != null) {
          throw new IllegalStateException(
              where
                  + asked
                  + " asks for the continuation engine, but "
                  + obstacle
                  + ". Start java with: "
                  + FLAGS);
        }
        yield new Engine(true, "asked for with " + where + asked);
      }
      default ->
          throw new IllegalStateException(
              where + asked + " names no engine. Use continuation or thread, or leave it unset");
    };
  }

  /// What stands in the way of the continuation engine, or null.
  private static @Nullable String obstacle() {
    Module base = Object.class.getModule();
    Module me = Engine.class.getModule();
    for (String internal : new String[] {"jdk.internal.vm", "jdk.internal.misc"}) {
      if (!base.isExported(internal, me)) {
        return "java.base does not export "
            + internal
            + " to "
            + (me.isNamed() ? me.getName() : "the class path");
      }
    }
    try {
      return SelfTest.run();
    } catch (Throwable t) { // any failure of an unknown JVM means: not here
      Throwable cause =
          t instanceof ExceptionInInitializerError && t.getCause() != null ? t.getCause() : t;
      return "the self-test of the continuation engine failed with " + cause;
    }
  }
}
