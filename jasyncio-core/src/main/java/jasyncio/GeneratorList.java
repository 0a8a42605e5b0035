package jasyncio;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The generators that have started on a loop, oldest first, to be closed when it shuts down.
///
/// The references are strong: a generator that has not ended is closed even if it was dropped.
final class GeneratorList {
  /*
   * CPython keeps a generator that has ended listed until the collector takes it, and its shutdown
   * closes that too: a task that does nothing, but takes its turns. So that a run does not depend
   * on the collector, the places of those that ended first stay in the list, without the
   * generators.
   */
  private static final int MAX_ENDED = 64;

  private final Map<Object, @Nullable AsyncGenerator<?>> places = new LinkedHashMap<>();
  private int ended;

  GeneratorList() {}

  /// Lists a generator that starts.
  ///
  /// @return its place, for [#end(Object)]
  Object add(AsyncGenerator<?> generator) {
    Object place = new Object();
    places.put(place, generator);
    return place;
  }

  /// The generator at `place` has ended. Does nothing the second time.
  void end(Object place) {
    if (places.get(place) == null) {
      return;
    }
    if (ended < MAX_ENDED) {
      ended++;
      places.put(place, null);
    } else {
      places.remove(place);
    }
  }

  /// Whether any has not ended.
  boolean anyOpen() {
    for (AsyncGenerator<?> generator : places.values()) {
      if (generator != null) {
        return true;
      }
    }
    return false;
  }

  /// Takes all out: null for one that has ended.
  List<@Nullable AsyncGenerator<?>> takeAll() {
    List<@Nullable AsyncGenerator<?>> all = new ArrayList<>(places.values());
    places.clear();
    ended = 0;
    return all;
  }

  /// Closes all, in the current task.
  void closeAll(Kernel kernel) {
    List<@Nullable AsyncGenerator<?>> started = takeAll();
    if (started.isEmpty()) {
      return;
    }
    List<Coroutine<@Nullable Void>> closings = new ArrayList<>();
    for (AsyncGenerator<?> generator : started) {
      closings.add(generator == null ? Coroutine.of(() -> null) : generator.aclose());
    }
    List<@Nullable Object> outcomes;
    try {
      outcomes = Traps.await(Gather.<@Nullable Object>of(kernel.loop, closings, true));
    } catch (CancelledError e) {
      for (AsyncGenerator<?> generator : started) {
        if (generator != null) {
          generator.listAgain(kernel); // some have not been asked yet
        }
      }
      throw e;
    }
    for (int i = 0; i < started.size(); i++) {
      AsyncGenerator<?> generator = started.get(i);
      if (generator != null && outcomes.get(i) instanceof Exception failure) { // not for errors
        kernel.loop.callExceptionHandler(
            ExceptionContext.of(
                    "an error occurred during closing of asynchronous generator " + generator)
                .withException(failure)
                .with("asyncgen", generator));
      }
    }
  }
}
