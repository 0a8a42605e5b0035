import static jasyncio.Asyncio.*;

import jasyncio.*;
import java.time.Duration;
import java.util.List;

/// Tasks run on their own from the moment they are made. `wait` says which are done and which are
/// still pending.
Coroutine<String> brew(String drink, Duration time) {
  return async(() -> {
    IO.println(drink + ": started");
    await(sleep(time));
    IO.println(drink + ": ready");
    return drink;
  });
}

void show(String when, WaitResult<Task<String>> result) {
  IO.println(when);
  result.done().forEach(task -> IO.println("  done:    " + task.getName() + ", " + task.result()));
  result.pending().forEach(task -> IO.println("  pending: " + task.getName()));
}

void main() {
  run(() -> {
    List<Task<String>> orders =
        List.of(
            createTask(brew("tea", millis(200)), "first order"),
            createTask(brew("coffee", millis(100)), "second order"),
            createTask(brew("cocoa", millis(300)), "third order"));
    IO.println("three tasks made, none has run yet");

    show("after the first:", await(Asyncio.wait(orders, ReturnWhen.FIRST_COMPLETED)));
    show("after all:", await(Asyncio.wait(orders)));
  });
}
