package jasyncio.engine;

import java.util.Locale;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
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

  private static final String VM = "jdk.internal.vm";
  private static final String MISC = "jdk.internal.misc";
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

  /// {@return what this JVM would have to be started with for the fast engine} With jasyncio on the
  /// module path the packages are exported to its module, else to the class path.
  public static String flags() {
    Module me = Engine.class.getModule();
    return me.isNamed() ? FLAGS.replace("ALL-UNNAMED", me.getName()) : FLAGS;
  }

  /// {@return what gives the fast engine where flags cannot be set, in half a sentence}
  public static String withoutFlags() {
    return Engine.class.getModule().isNamed()
        ? "put the module jasyncio.open on the module path"
        : "put the artifact jasyncio-open on the class path";
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

  /// {@return whether all tasks of a loop have the thread locals of its thread}
  public boolean sharesThreadLocals() {
    return continuations && Belongings.SHARED_LOCALS;
  }

  /// {@return false if the running code has surely set no thread local}
  public boolean mayHaveThreadLocals() {
    return !continuations || Belongings.haveLocals(Thread.currentThread());
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
      boolean granted = isGranted();
      String obstacle = obstacle();
      if (obstacle == null) {
        return new Engine(
            true,
            granted
                ? "the JVM grants the two packages it needs and the self-test passed"
                : "jasyncio-open has opened the two packages it needs and the self-test passed");
      }
      System.err.println(
          "jasyncio: running on the thread engine, whose task switch is several times slower ("
              + obstacle
              + "). For the fast one start java with: "
              + flags()
              + "  or "
              + withoutFlags()
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
                  + flags()
                  + "  or "
                  + withoutFlags());
        }
        yield new Engine(true, "asked for with " + where + asked);
      }
      default ->
          throw new IllegalStateException(
              where + asked + " names no engine. Use continuation or thread, or leave it unset");
    };
  }

  /// Whether the JVM exports the two packages without further ado.
  private static boolean isGranted() {
    return missing() == null;
  }

  /// The package that the JVM does not export to this module, or null.
  private static @Nullable String missing() {
    Module me = Engine.class.getModule();
    for (String internal : new String[] {VM, MISC}) {
      if (!Object.class.getModule().isExported(internal, me)) {
        return internal;
      }
    }
    return null;
  }

  /// What stands in the way of the continuation engine, or null. What an [Opener] can do about it
  /// is done.
  private static @Nullable String obstacle() {
    String failure = missing() == null ? null : open();
    String missing = missing();
    if (missing != null) {
      Module me = Engine.class.getModule();
      return "java.base does not export "
          + missing
          + " to "
          + (me.isNamed() ? me.getName() : "the class path")
          + (failure == null ? "" : ", and " + failure);
    }
    try {
      return SelfTest.run();
    } catch (Throwable t) { // any failure of an unknown JVM means: not here
      Throwable cause =
          t instanceof ExceptionInInitializerError && t.getCause() != null ? t.getCause() : t;
      return "the self-test of the continuation engine failed with " + cause;
    }
  }

  /// Lets an opener try, if there is one.
  ///
  /// @return why it could not, or null
  private static @Nullable String open() {
    Module me = Engine.class.getModule();
    try {
      for (Opener opener : ServiceLoader.load(Opener.class, Engine.class.getClassLoader())) {
        opener.export(Object.class.getModule(), me, VM, MISC);
      }
      return null;
    } catch (Exception | LinkageError | ServiceConfigurationError e) {
      return "jasyncio-open cannot open it: " + e;
    }
  }
}
