package jasyncio;

import jasyncio.spi.Chooser;
import jasyncio.spi.Clock;
import jasyncio.spi.Instrument;
import jasyncio.spi.IoDriver;
import jasyncio.spi.VirtualTime;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What a new loop is made of. Immutable: each `with` method returns a changed copy.
///
/// ```java
/// Runner runner = Runner.of(LoopConfig.defaults().withVirtualTime());
/// ```
///
/// Counterpart: the `loop_factory` and `debug` arguments of `asyncio.run`.
public final class LoopConfig {
  static final Clock SYSTEM_CLOCK = Clock.system();

  private static final Duration BLOCKED_LIMIT = Duration.ofSeconds(1);
  private static final String TIME_PROPERTY = "jasyncio.time";
  private static final String TIME_VARIABLE = "JASYNCIO_TIME";

  private static final LoopConfig DEFAULTS =
      new LoopConfig(SYSTEM_CLOCK, null, null, DebugMode.fromEnvironment(), BLOCKED_LIMIT, null);

  private final Clock clock;
  private final IoDriver.@Nullable Factory driver;
  private final @Nullable Chooser chooser;
  private final boolean debug;
  private final Duration blockedLimit;
  private final @Nullable Instrument instrument;

  private LoopConfig(
      Clock clock,
      IoDriver.@Nullable Factory driver,
      @Nullable Chooser chooser,
      boolean debug,
      Duration blockedLimit,
      @Nullable Instrument instrument) {
    this.clock = clock;
    this.driver = driver;
    this.chooser = chooser;
    this.debug = debug;
    this.blockedLimit = blockedLimit;
    this.instrument = instrument;
  }

  /// {@return the system's clock, a driver that opens the network only when it is used, order of
  /// arrival, and debug mode if the system property `jasyncio.debug` or the environment variable
  /// `JASYNCIO_DEBUG` says so}
  ///
  /// With the system property `jasyncio.time`, or the environment variable `JASYNCIO_TIME`, set to
  /// `virtual`, it is virtual time instead of the system's clock: so a program that sleeps for
  /// hours can be tried in an instant, as it is.
  ///
  /// @throws IllegalStateException if one of them is neither `real` nor `virtual`
  public static LoopConfig defaults() {
    return isTimeVirtual() ? DEFAULTS.withVirtualTime() : DEFAULTS;
  }

  private static boolean isTimeVirtual() {
    String asked = System.getProperty(TIME_PROPERTY);
    String where = "-D" + TIME_PROPERTY + "=";
    if (asked == null) {
      asked = System.getenv(TIME_VARIABLE);
      where = TIME_VARIABLE + "=";
    }
    return switch (asked == null ? "" : asked) {
      case "", "real" -> false;
      case "virtual" -> true;
      default ->
          throw new IllegalStateException(
              where + asked + " is not a kind of time. Use real or virtual, or leave it unset");
    };
  }

  /// Reads time from `clock`.
  ///
  /// @param clock where the time comes from
  /// @return a copy with that setting
  public LoopConfig withClock(Clock clock) {
    return new LoopConfig(clock, driver, chooser, debug, blockedLimit, instrument);
  }

  /// Waits with the driver that `factory` makes; it stays for the loop's life.
  ///
  /// @param factory makes the driver
  /// @return a copy with that setting
  public LoopConfig withDriver(IoDriver.Factory factory) {
    return new LoopConfig(clock, factory, chooser, debug, blockedLimit, instrument);
  }

  /// Lets `chooser` decide which ready item runs next, and how what [Explore] marks turns out.
  ///
  /// @param chooser decides
  /// @return a copy with that setting
  public LoopConfig withChooser(Chooser chooser) {
    return new LoopConfig(clock, driver, chooser, debug, blockedLimit, instrument);
  }

  /// Shows what the loop does to `instrument`.
  ///
  /// @param instrument what to tell
  /// @return a copy with that setting
  public LoopConfig withInstrument(Instrument instrument) {
    return new LoopConfig(clock, driver, chooser, debug, blockedLimit, instrument);
  }

  /// Switches debug mode on or off.
  ///
  /// @param debug whether it is on
  /// @return a copy with that setting
  public LoopConfig withDebug(boolean debug) {
    return new LoopConfig(clock, driver, chooser, debug, blockedLimit, instrument);
  }

  /// Runs on a new [VirtualTime], which starts at zero and jumps to the next deadline when nothing
  /// can run.
  ///
  /// @return a copy with that setting
  public LoopConfig withVirtualTime() {
    VirtualTime time = new VirtualTime();
    return new LoopConfig(time, (_, _) -> time, chooser, debug, blockedLimit, instrument);
  }

  /// Reports a step that holds the loop for longer than `limit`, while it does; zero switches the
  /// watchdog off. 1 s unless set; 100 ms at most in debug mode.
  ///
  /// @param limit how long; zero for no reports
  /// @return a copy with that setting
  public LoopConfig withBlockedLimit(Duration limit) {
    return new LoopConfig(clock, driver, chooser, debug, limit, instrument);
  }

  /// {@return how long one step may hold the loop before the watchdog reports it}
  public Duration blockedLimit() {
    return blockedLimit;
  }

  /// {@return the clock}
  public Clock clock() {
    return clock;
  }

  /// {@return whether loops start in debug mode}
  public boolean debug() {
    return debug;
  }

  IoDriver.@Nullable Factory driverOrNull() {
    return driver;
  }

  @Nullable Instrument instrumentOrNull() {
    return instrument;
  }

  @Nullable Chooser chooserOrNull() {
    return chooser;
  }
}
