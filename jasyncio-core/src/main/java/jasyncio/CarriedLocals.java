package jasyncio;

import jasyncio.engine.Engine;
import jasyncio.spi.ThreadLocalCarrier;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// What the program's [ThreadLocalCarrier]s have captured, on its way with a context.
final class CarriedLocals {
  /*
   * Overview
   *
   * What starts later than it is made takes along the entries of its maker's context: tasks,
   * callbacks, calls on other threads. So there the captured values travel as well, as one entry
   * of which the program sees nothing.
   *
   * To look for carriers opens each jar of the class path, which takes as long as a small program
   * needs to start. So that waits until there is something to carry.
   */

  private static final ThreadLocalCarrier[] NONE = {};

  /// Null until looked for. Plain: whoever does not see it looks, and finds the same.
  private static ThreadLocalCarrier @Nullable [] carriers;

  private CarriedLocals() {}

  /// Whether nothing is ever carried.
  static boolean areOff() {
    return carriers == NONE;
  }

  /// Whether the program has carriers, and something has been carried.
  static boolean areOn() {
    ThreadLocalCarrier[] all = carriers;
    return all != null && all != NONE;
  }

  /// What the running code hands on: the entries of its context, and what it has.
  static @Nullable Object[] capture(@Nullable Object[] entries) {
    ThreadLocalCarrier[] all = carriers;
    if (all == null) {
      if (!Engine.selected().mayHaveThreadLocals()) {
        return entries;
      }
      all = find();
    }
    return Context.withCarried(entries, valuesOf(all));
  }

  private static synchronized ThreadLocalCarrier[] find() {
    ThreadLocalCarrier[] all = carriers;
    if (all == null) {
      ClassLoader loader = Thread.currentThread().getContextClassLoader();
      all =
          Engine.selected().sharesThreadLocals()
              ? NONE
              : ServiceLoader.load(ThreadLocalCarrier.class, loader).stream()
                  .map(ServiceLoader.Provider::get)
                  .toArray(ThreadLocalCarrier[]::new);
      all = all.length == 0 ? NONE : all;
      carriers = all;
    }
    return all;
  }

  private static @Nullable Object @Nullable [] valuesOf(ThreadLocalCarrier[] all) {
    @Nullable Object @Nullable [] values = null;
    for (int i = 0; i < all.length; i++) {
      Object captured = all[i].capture();
      if (captured != null) {
        values = values == null ? new Object[all.length] : values;
        values[i] = captured;
      }
    }
    return values;
  }

  /// Gives the running code what was captured for it: a task that begins.
  ///
  /// @param held its context, or the entries to make one of
  static void restore(Object held) {
    ThreadLocalCarrier[] all = carriers;
    if (all != null && all != NONE) {
      restore(all, Context.carriedIn(held));
    }
  }

  private static void restore(ThreadLocalCarrier[] all, @Nullable Object @Nullable [] values) {
    for (int i = 0; i < all.length; i++) {
      all[i].restore(values == null ? null : values[i]);
    }
  }

  /// Runs `body` with what was captured for it; afterwards the thread has what it had before.
  ///
  /// @param held its context, or the entries to make one of
  static <T extends @Nullable Object> T call(Object held, Callable<T> body) throws Exception {
    ThreadLocalCarrier[] all = carriers;
    if (all == null || all == NONE) {
      return body.call();
    }
    @Nullable Object @Nullable [] before = valuesOf(all);
    try {
      restore(all, Context.carriedIn(held));
      return body.call();
    } finally {
      restore(all, before);
    }
  }
}
