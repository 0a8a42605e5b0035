package jasyncio;

import java.util.ArrayList;
import java.util.List;

/// What ends with a loop, the last first.
final class CloseActions {
  private final EventLoop loop;
  private final List<Runnable> actions = new ArrayList<>();

  CloseActions(EventLoop loop) {
    this.loop = loop;
  }

  void add(Runnable action) {
    actions.add(action);
  }

  void remove(Runnable action) {
    actions.remove(action);
  }

  /// The loop has been closed.
  void run() {
    while (!actions.isEmpty()) {
      loop.tell(
          actions.removeLast(),
          failure ->
              loop.callExceptionHandler(
                  ExceptionContext.of("Exception while the event loop was closed")
                      .withException(failure)));
    }
  }
}
