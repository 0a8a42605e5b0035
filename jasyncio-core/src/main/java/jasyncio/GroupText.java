package jasyncio;

import java.util.List;

/// Messages and checks of the two kinds of exception group.
final class GroupText {
  private GroupText() {}

  static String of(String message, List<? extends Throwable> exceptions) {
    return message
        + " ("
        + exceptions.size()
        + (exceptions.size() == 1 ? " sub-exception)" : " sub-exceptions)");
  }

  static void check(Throwable group, List<Throwable> exceptions) {
    if (exceptions.isEmpty()) {
      throw new IllegalArgumentException(
          "second argument (exceptions) must be a non-empty sequence");
    }
    if (group instanceof ExceptionGroup) {
      for (Throwable member : exceptions) {
        if (!(member instanceof Exception)) {
          throw new IllegalArgumentException(
              "Cannot nest BaseExceptions in an ExceptionGroup: " + member);
        }
      }
    }
  }
}
