package jasyncio.testing;

import jasyncio.Task;
import jasyncio.spi.Instrument;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Cancels a task at one point of its life, and counts its suspensions.
final class Canceller implements Instrument {
  /// A scenario that needs more turns than this goes round in circles.
  private static final long MAX_TURNS = 1_000_000;

  private final CancelPoint point;
  private @Nullable Task<?> victim;
  private boolean started;
  private int suspensions;
  private int suspensionsAtCancel;
  private int requests;
  private List<StackTraceElement> stack = List.of();

  Canceller(CancelPoint point) {
    this.point = point;
  }

  void watch(Task<?> victim) {
    this.victim = victim;
  }

  @Override
  public void beforeStep(Task<?> task) {
    if (task != victim) {
      return;
    }
    switch (point.moment()) {
      case UNSTARTED -> {
        if (!started) {
          cancel(task);
        }
      }
      case WOKEN -> {
        if (requests == 0 && suspensions == point.step()) {
          cancel(task);
        }
      }
      default -> {}
    }
    started = true;
  }

  @Override
  public void afterStep(Task<?> task) {
    if (task != victim || task.done()) {
      return;
    }
    suspensions++;
    boolean first = point.moment() == CancelPoint.Moment.SUSPENDED && suspensions == point.step();
    boolean second = requests == 1 && point.again() > 0 && cleanupSuspensions() == point.again();
    if (first || second) {
      cancel(task);
    }
  }

  private void cancel(Task<?> task) {
    stack = task.getStack();
    if (requests == 0) {
      suspensionsAtCancel = suspensions;
    }
    if (task.cancel()) {
      requests++;
    }
  }

  @Override
  public void beforeTurn(long turn) {
    if (turn > MAX_TURNS) {
      throw new TestTime.Overrun("it has taken " + MAX_TURNS + " turns of the loop");
    }
  }

  /// How often the victim has suspended.
  int suspensions() {
    return suspensions;
  }

  /// How often it has suspended after it was cancelled for the first time.
  int cleanupSuspensions() {
    return requests == 0 ? 0 : suspensions - suspensionsAtCancel;
  }

  /// How often it was cancelled.
  int requests() {
    return requests;
  }

  /// {@return whether the run should have cancelled the victim, but did not come to that point}
  boolean missed() {
    return point.moment() != CancelPoint.Moment.NEVER && requests == 0;
  }

  /// Where it stood when it was cancelled last, innermost frame first.
  List<StackTraceElement> stack() {
    return stack;
  }
}
