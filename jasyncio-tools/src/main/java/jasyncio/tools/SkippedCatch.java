package jasyncio.tools;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.sleep;

import jasyncio.EventLoop;
import jasyncio.Future;
import jasyncio.Task;
import java.time.Duration;
import java.util.function.Supplier;

/// Looks for JDK-8389310 in this JVM: an exception that is thrown into a suspended stack skips a
/// matching `catch`, if the first subclass of what that catches was loaded while the stack was
/// suspended.
final class SkippedCatch {
  private static final int CALLS_UNTIL_COMPILED = 100_000;
  private static final int FRAMES = 4;

  /// The compiler works on a thread of its own.
  private static final Duration COMPILING = Duration.ofMillis(300);

  private SkippedCatch() {}

  private static class Caught extends RuntimeException {
    private static final long serialVersionUID = 1;

    Caught() {
      super(null, null, false, false);
    }
  }

  /// The first subclass; loaded at the end and not before.
  private static final class First extends Caught {
    private static final long serialVersionUID = 1;
  }

  private static String descend(Future<String> future, int frames) {
    return frames == 0 ? await(future) : descend(future, frames - 1);
  }

  private static boolean catches(Future<String> future) {
    try {
      return descend(future, FRAMES).isEmpty();
    } catch (Caught e) {
      return true;
    }
  }

  /// {@return whether a `catch` was skipped; takes about half a second}
  static boolean happensHere() {
    return run(
        async(() -> {
          EventLoop loop = getRunningLoop();
          Caught usual = new Caught();
          for (int i = 0; i < CALLS_UNTIL_COMPILED; i++) {
            Future<String> failed = loop.createFuture();
            failed.setException(usual);
            catches(failed);
          }
          await(sleep(COMPILING));
          Future<String> pending = loop.createFuture();
          Task<Boolean> waiting = createTask(async(() -> catches(pending)));
          await(sleep(Duration.ofMillis(1)));
          Supplier<Caught> rare = First::new;
          pending.setException(rare.get());
          try {
            return !await(waiting);
          } catch (Caught skipped) {
            return true;
          }
        }));
  }
}
