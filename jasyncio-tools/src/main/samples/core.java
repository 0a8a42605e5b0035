// Run once by the launcher: programs without a network start with what this one has loaded.

import static jasyncio.Asyncio.*;

import jasyncio.*;

Coroutine<Integer> twice(int n) {
  return async(() -> {
    await(sleep(millis(1)));
    return 2 * n;
  });
}

void main(String[] args) {
  run(
      async(() -> {
        Task<Integer> task = createTask(twice(args.length));
        for (var each : await(gather(twice(1), twice(2)))) {
          IO.println(
              "got "
                  + each
                  + switch (await(task)) {
                    case 0 -> "!";
                    default -> ".";
                  });
        }
      }));
}
