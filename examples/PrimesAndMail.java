import static jasyncio.Asyncio.*;

import jasyncio.*;

/// An asynchronous generator of primes, while another task checks the mail box again and again.
AsyncGenerator<Integer> primes(int below) {
  return asyncGenerator(yielder -> {
    for (int n = 2; n < below; n++) {
      if (n % 10 == 0) {
        await(sleep(millis(200))); // a generator may await between its items
      }
      if (isPrime(n)) {
        yielder.yield(n);
      }
    }
  });
}

boolean isPrime(int n) {
  for (int d = 2; d * d <= n; d++) {
    if (n % d == 0) {
      return false;
    }
  }
  return true;
}

Coroutine<Void> checkMail() {
  return async(() -> {
    for (int mails = 0; ; mails++) {
      IO.println("  mail box: " + mails + " new");
      await(sleep(millis(250)));
    }
  });
}

void main() {
  run(() -> {
    Task<Void> mail = createTask(checkMail());
    for (int prime : asyncFor(primes(40))) {
      IO.println("prime " + prime);
    }
    mail.cancel();
  });
}
