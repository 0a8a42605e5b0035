package jasyncio.engine;

import java.util.Locale;

/// `-Djasyncio.threadlocals=task|shared`: whether each task has thread locals of its own, as it has
/// by default, or all code on the loop's thread has those of the thread. The thread engine always
/// does the first.
final class ThreadLocalsSetting {
  private static final String PROPERTY = "jasyncio.threadlocals";

  private ThreadLocalsSetting() {}

  /// @throws IllegalStateException if it is set to anything else
  static boolean isShared() {
    String asked = System.getProperty(PROPERTY, "");
    return switch (asked.strip().toLowerCase(Locale.ROOT)) {
      case "", "task" -> false;
      case "shared" -> true;
      default ->
          throw new IllegalStateException(
              "-D"
                  + PROPERTY
                  + "="
                  + asked
                  + " is neither task, which gives each task thread locals of its own and is the"
                  + " default, nor shared");
    };
  }
}
