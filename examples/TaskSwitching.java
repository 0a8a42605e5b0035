import static jasyncio.Asyncio.*;

import jasyncio.*;

/// A task that computes keeps the thread until it awaits. `sleep` of zero lets the others have a
/// turn; here at every fifth number.
Coroutine<Integer> count(String name, int from, int to) {
  return async(() -> {
    StringBuilder line = new StringBuilder();
    int sum = 0;
    for (int i = from; i <= to; i++) {
      sum += i;
      line.append(' ').append(i);
      if (i % 5 == 0) {
        IO.println(name + ":" + line + "  and let the others run");
        line.setLength(0);
        await(yieldNow());
      }
    }
    IO.println(name + ":" + line + "  the end, sum " + sum);
    return sum;
  });
}

void main() {
  run(() -> {
    var sums = await(gather(count("low ", 1, 12), count("high", 101, 117)));
    IO.println("sums " + sums);
  });
}
