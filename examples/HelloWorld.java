import static jasyncio.Asyncio.*;

import jasyncio.*;

/// Two greetings at the same time: while one sleeps, the other runs.
Coroutine<Integer> greet(String name, int times) {
  return async(() -> {
    for (int i = 1; i <= times; i++) {
      IO.println(name + " says hello, " + i + " of " + times);
      await(sleep(seconds(0.1)));
    }
    return times;
  });
}

void main() {
  run(() -> {
    IO.println("hello");
    await(sleep(seconds(0.1)));
    IO.println("world");

    Task<Integer> ada = createTask(greet("Ada", 3));
    Task<Integer> bob = createTask(greet("Bob", 2));
    IO.println(await(ada) + await(bob) + " greetings");
  });
}
