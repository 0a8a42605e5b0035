package jasyncio.testing;

import jasyncio.Asyncio;
import jasyncio.BackgroundLoop;
import jasyncio.EventLoop;
import jasyncio.Task;
import jasyncio.spi.ResourceWatch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ForkJoinPool;
import org.jspecify.annotations.Nullable;

/// What a test has made and must not leave behind, and where it has made it.
final class Resources implements ResourceWatch {
  /// Tasks that are done are forgotten when there are twice as many as were alive the last time.
  private static final int FEW = 1_000;

  private final IdentityHashMap<Object, String> places = new IdentityHashMap<>();
  private final Set<Object> allowed = Collections.newSetFromMap(new IdentityHashMap<>());
  private final @Nullable TestTime time;
  private final boolean withTasks;
  private int many = FEW;

  /// @param time the loop's, if it is virtual
  /// @param withTasks whether to look where tasks are made, which costs a microsecond for each
  Resources(@Nullable TestTime time, boolean withTasks) {
    this.time = time;
    this.withTasks = withTasks;
  }

  /// Those of the test whose loop runs.
  ///
  /// @throws IllegalStateException if it is no test's
  static Resources ofRunningLoop(String operation) {
    EventLoop loop = Asyncio.getRunningLoop();
    if (loop.getResourceWatch() instanceof Resources mine) {
      return mine;
    }
    throw new IllegalStateException(
        operation + " is for tests, and " + loop + " is not the loop of one: use @AsyncTest");
  }

  /// The clock of the test, if it is on virtual time.
  @Nullable TestTime time() {
    return time;
  }

  @Override
  public void opened(Object resource) {
    if (resource instanceof Task && !withTasks) {
      return;
    }
    if (resource instanceof ForkJoinPool pool && pool == ForkJoinPool.commonPool()) {
      return; // nobody shuts it down
    }
    if (!places.containsKey(resource)) {
      places.put(resource, Places.ofCaller());
    }
    if (places.size() > many) {
      places.keySet().removeIf(Resources::hasEnded);
      many = Math.max(FEW, 2 * places.size());
    }
  }

  @Override
  public void closed(Object resource) {
    places.remove(resource);
  }

  void allow(Object resource) {
    allowed.add(resource);
  }

  private static boolean hasEnded(Object resource) {
    return switch (resource) {
      case Task<?> task -> task.done();
      case BackgroundLoop background -> background.loop().isClosed();
      case ExecutorService executor -> executor.isShutdown();
      default -> false;
    };
  }

  /// Where a task was made.
  String placeOf(Task<?> task) {
    return places.getOrDefault(task, "an unknown place");
  }

  /// One line for each thing but tasks that is still open.
  List<String> left() {
    List<String> left = new ArrayList<>();
    places.forEach((resource, place) -> {
      if (!(resource instanceof Task) && !hasEnded(resource) && !allowed.contains(resource)) {
        left.add(
            resource
                + (resource instanceof ExecutorService
                    ? " was not shut down; it was first given to the loop at "
                    : " was not closed; it was made at ")
                + place);
      }
    });
    Collections.sort(left); // the map has no order
    return left;
  }
}
