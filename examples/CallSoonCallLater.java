import static jasyncio.Asyncio.*;

import jasyncio.*;

/// The loop below the tasks: plain callbacks, soon or at a time.
void main() {
  run(() -> {
    EventLoop loop = getRunningLoop();
    Future<String> finished = loop.createFuture();
    LoopTime start = loop.time();

    loop.callLater(millis(200), () -> IO.println("later: after 200 ms"));
    loop.callLater(millis(100), () -> IO.println("later: after 100 ms"));
    loop.callAt(start.plus(millis(300)), () -> finished.setResult("at: 300 ms after the start"));

    loop.callSoon(() -> IO.println("soon: first"));
    loop.callSoon(() -> {
      IO.println("soon: second");
      loop.callSoon(() -> IO.println("soon: asked for by the second"));
    });
    Handle never = loop.callSoon(() -> IO.println("soon: never printed"));
    never.cancel();

    IO.println("callbacks run when the task waits");
    IO.println(await(finished));
  });
}
