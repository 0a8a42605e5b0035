import static jasyncio.Asyncio.*;

import jasyncio.*;
import java.io.IOException;

/// An exception stays in its task or future until somebody looks. If nobody does, it is reported.
Coroutine<String> read(String file) {
  return async(() -> {
    await(sleep(millis(10)));
    throw new IOException("cannot read " + file);
  });
}

void main() {
  run(() -> {
    getRunningLoop()
        .setExceptionHandler((loop, report) ->
            IO.println("REPORT: " + report.message() + ": " + report.exception()));

    // Awaiting throws it, as it is. The class lets `catch` compile: await itself declares nothing.
    Task<String> first = createTask(read("first"));
    try {
      await(first, IOException.class);
    } catch (IOException e) {
      IO.println("caught: " + e.getMessage());
    }

    // It is still in there, and can be looked at as often as you like.
    IO.println("stored: " + first.exception());

    // A future can be given one.
    Future<String> future = getRunningLoop().createFuture();
    future.setException(new IllegalStateException("out of order"));
    IO.println("stored: " + future.exception().getMessage());

    // Nobody looks at this one. It is reported when the task is garbage, or when the loop closes.
    createTask(read("second"), "the forgotten one");
    await(sleep(millis(50)));
    IO.println("main is done");
  });
}
