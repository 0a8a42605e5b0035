package jasyncio;

import jasyncio.engine.SignalTap;
import org.jspecify.annotations.Nullable;

/// Turns Ctrl-C into a cancellation of a main task, while it is open.
final class CtrlC implements AutoCloseable {
  /// As a shell reports a process killed by SIGINT.
  private static final int EXIT_STATUS = 130;

  private final Task<?> main;
  private @Nullable SignalTap signal;

  /// Volatile: written by the JVM's signal thread.
  private volatile boolean pressed;

  /// Where the tasks were when it was pressed.
  private String standing = "";

  private CtrlC(Task<?> main) {
    this.main = main;
  }

  static CtrlC cancelling(Task<?> main) {
    CtrlC ctrlC = new CtrlC(main);
    ctrlC.signal = SignalTap.takeOverUnclaimed("INT", ctrlC::press);
    return ctrlC;
  }

  boolean wasPressed() {
    return pressed;
  }

  private void press() {
    EventLoop loop = main.kernel.loop;
    if (pressed) { // the second time: the user is in a hurry
      System.err.println(
          "KeyboardInterrupt, for the second time. The first has cancelled '"
              + main.getName()
              + "'; what goes on:"
              + WhereTasksStand.text(loop.snapshot().tasks()));
      Runtime.getRuntime().exit(EXIT_STATUS);
    }
    pressed = true;
    if (!loop.tryPost(this::cancelMain, new Context())) {
      Runtime.getRuntime().exit(EXIT_STATUS); // the loop is gone
    }
  }

  /// On the loop's thread.
  private void cancelMain() {
    standing = WhereTasksStand.text(main.kernel.loop.snapshot().tasks());
    main.cancel();
  }

  /// The error for the caller of run(). If it ends the calling thread, the process shall say where
  /// its tasks stood, and end like one killed by the signal.
  KeyboardInterrupt interrupt(CancelledError cause) {
    KeyboardInterrupt error = new KeyboardInterrupt(cause);
    Thread thread = Thread.currentThread();
    boolean unclaimed =
        Thread.getDefaultUncaughtExceptionHandler() == null
            && thread.getUncaughtExceptionHandler() == thread.getThreadGroup();
    if (unclaimed) {
      ThreadGroup group = thread.getThreadGroup();
      thread.setUncaughtExceptionHandler((dying, uncaught) -> {
        if (uncaught == error) {
          System.err.println("KeyboardInterrupt. The tasks stood here:" + standing);
          Runtime.getRuntime().exit(EXIT_STATUS);
        }
        group.uncaughtException(dying, uncaught);
      });
    }
    return error;
  }

  @Override
  public void close() {
    if (signal != null) {
      signal.release();
      signal = null;
    }
  }
}
