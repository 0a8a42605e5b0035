import static jasyncio.Asyncio.*;

import jasyncio.*;
import java.time.Duration;
import java.util.List;

/// Waits a while for several tasks, takes what is there, and cancels the rest.
Coroutine<String> ask(String server, Duration delay) {
  return async(() -> {
    try {
      await(sleep(delay));
      return "answer of " + server;
    } catch (CancelledError e) { // to clean up; then it goes on
      IO.println(server + ": cancelled while it waited");
      throw e;
    } finally {
      IO.println(server + ": connection closed");
    }
  });
}

void main() {
  run(() -> {
    List<Task<String>> requests =
        List.of(
            createTask(ask("north", millis(50))),
            createTask(ask("south", seconds(60))),
            createTask(ask("east", millis(100))),
            createTask(ask("west", seconds(60))));

    var result = await(Asyncio.wait(requests, millis(500)));
    result.done().forEach(task -> IO.println(task.result()));
    IO.println(result.pending().size() + " still pending, cancelling them");

    result.pending().forEach(Task::cancel);
    await(Asyncio.wait(result.pending())); // they end when they have unwound
    result.pending().forEach(task -> IO.println("cancelled: " + task.cancelled()));

    // For a single operation there is a short form.
    try {
      await(waitFor(ask("moon", seconds(60)), millis(50)));
    } catch (TimeoutError e) {
      IO.println("moon: no answer in time");
    }
  });
}
