import static jasyncio.Asyncio.*;

import jasyncio.*;
import java.util.function.Function;

/// Tasks share state through one object, without locks: between two awaits no other task runs. But
/// what was read before an await may be old after it.
class Account {
  int balance;
}

Coroutine<Void> deposit(Account account) {
  return async(() -> {
    for (int i = 0; i < 100; i++) {
      account.balance += 1; // read and written between two awaits: every deposit counts
      await(yieldNow());
    }
  });
}

Coroutine<Void> depositOnCopy(Account account) {
  return async(() -> {
    int copy = account.balance; // wrong: old as soon as this task awaits
    for (int i = 0; i < 100; i++) {
      copy += 1;
      await(yieldNow());
    }
    account.balance = copy;
  });
}

Coroutine<Void> addAwaited(Account account) {
  return async(() -> {
    account.balance += await(sleep(millis(10), 1)); // wrong: the balance is read before the await
  });
}

Coroutine<Void> awaitThenAdd(Account account) {
  return async(() -> {
    int amount = await(sleep(millis(10), 1));
    account.balance += amount;
  });
}

int balanceAfterTwo(Function<Account, Coroutine<Void>> change) {
  Account account = new Account();
  await(gather(change.apply(account), change.apply(account)));
  return account.balance;
}

void main() {
  run(() -> {
    IO.println("two tasks, 100 deposits each, one object: " + balanceAfterTwo(this::deposit));
    IO.println("the same, each on a copy:                 " + balanceAfterTwo(this::depositOnCopy));
    IO.println("two tasks, balance += await(1):           " + balanceAfterTwo(this::addAwaited));
    IO.println("the same, await first:                    " + balanceAfterTwo(this::awaitThenAdd));
  });
}
