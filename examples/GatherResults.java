import static jasyncio.Asyncio.*;

import jasyncio.*;
import java.util.List;

/// `gather` runs several coroutines at the same time and gives their results in the order of the
/// arguments, whichever is done first.
Coroutine<Long> factorial(String name, int number) {
  return async(() -> {
    long product = 1;
    for (int i = 2; i <= number; i++) {
      IO.println("Task " + name + ": computing factorial(" + number + "), i=" + i);
      await(sleep(millis(50)));
      product *= i;
    }
    IO.println("Task " + name + ": factorial(" + number + ") = " + product);
    return product;
  });
}

Coroutine<Long> refuse() {
  return async(() -> {
    throw new ArithmeticException("no factorial of a fraction");
  });
}

void main() {
  run(() -> {
    List<Long> products = await(gather(factorial("A", 2), factorial("B", 3), factorial("C", 4)));
    IO.println(products);

    // One failure: gather throws it at once, as it is.
    try {
      await(gather(factorial("D", 2), refuse()));
    } catch (ArithmeticException e) {
      IO.println("gather failed: " + e.getMessage());
    }

    // Or collect failures among the results.
    IO.println(await(gatherReturningExceptions(factorial("E", 2), refuse())));
  });
}
