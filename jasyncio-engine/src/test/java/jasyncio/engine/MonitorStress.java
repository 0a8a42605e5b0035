package jasyncio.engine;

import static jasyncio.engine.Fibers.fiber;
import static jasyncio.engine.Fibers.inLoop;
import static jasyncio.engine.Fibers.isFree;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// A program for child JVMs: fibers that do everything that has ever lost a monitor, in random
/// order, many times over; a lost monitor makes it fail, hang or crash.
///
/// Arguments: the number of steps, and the seed.
final class MonitorStress {
  private static final ScopedValue<Integer> OWNER = ScopedValue.newInstance();

  private final Random random;
  private final Carrier carrier;
  private final List<Object> locks = new ArrayList<>();
  private final List<Fiber> ready = new ArrayList<>();
  private int stepsLeft;
  private int refused;
  private int nested;

  private MonitorStress(Carrier carrier, int steps, long seed) {
    this.carrier = carrier;
    this.stepsLeft = steps;
    this.random = new Random(seed);
  }

  public static void main(String[] args) {
    int steps = Integer.parseInt(args[0]);
    long seed = Long.parseLong(args[1]);
    Object outer = new Object();
    List<MonitorStress> runs = new ArrayList<>();
    synchronized (outer) {
      inLoop(carrier -> runs.add(new MonitorStress(carrier, steps / 2, seed).run()));
      check(Thread.holdsLock(outer), "the caller of the loop lost its monitor");
    }
    inLoop(carrier -> runs.add(new MonitorStress(carrier, steps / 2, seed + 1).run()));
    check(isFree(outer), "the caller's monitor was never released");
    int refused = 0;
    int nested = 0;
    for (MonitorStress run : runs) {
      refused += run.refused;
      nested += run.nested;
      for (Object lock : run.locks) {
        check(!Thread.holdsLock(lock), "a monitor is left with the loop's thread");
      }
      check(run.locks.stream().limit(20).allMatch(Fibers::isFree), "a monitor is left behind");
    }
    System.out.println((refused > 0) + " " + (nested > 0));
  }

  private static void check(boolean condition, String message) {
    if (!condition) {
      throw new AssertionError(message);
    }
  }

  private MonitorStress run() {
    for (int i = 0; i < 30; i++) {
      spawn(i);
    }
    int number = 30;
    while (!ready.isEmpty()) {
      Fiber next = ready.remove(random.nextInt(ready.size()));
      next.resume();
      if (!next.isDone()) {
        ready.add(next);
      } else if (stepsLeft > 0) {
        spawn(number++);
      }
    }
    check(!OWNER.isBound(), "a binding leaked to the loop");
    return this;
  }

  private void spawn(int number) {
    ready.add(
        fiber(carrier, self -> ScopedValue.where(OWNER, number).run(() -> live(self, number))));
  }

  private void live(Fiber self, int number) {
    int life = 5 + random.nextInt(40);
    for (int i = 0; i < life && stepsLeft-- > 0; i++) {
      try {
        act(self, random.nextInt(8));
      } catch (IllegalStateException e) {
        check(e.getMessage().startsWith("await inside `synchronized`"), e.toString());
        refused++;
      }
      check(OWNER.get() == number, "the binding of another fiber");
    }
  }

  private void act(Fiber self, int action) {
    switch (action) {
      case 0 -> suspendDeep(self, random.nextInt(30));
      case 1 -> {
        synchronized (newLock()) {
          self.suspend();
        }
      }
      case 2 -> {
        Object lock = newLock();
        synchronized (lock) {
          startChild();
          check(Thread.holdsLock(lock), "a child carried off its parent's monitor");
          startChild();
          check(Thread.holdsLock(lock), "a child carried off its parent's monitor");
        }
        check(!Thread.holdsLock(lock), "a monitor came back");
      }
      case 3 -> {
        Object lock = newLock();
        synchronized (lock) {
          synchronized (newLock()) {
            synchronized (lock) {
              self.suspend();
            }
          }
        }
      }
      case 4 -> {
        Object old = locks.isEmpty() ? newLock() : locks.get(random.nextInt(locks.size()));
        synchronized (old) {
          old.hashCode();
        }
        self.suspend();
      }
      case 5 -> {
        Object lock = newLock();
        synchronized (lock) {
          runGenerator();
          check(Thread.holdsLock(lock), "a generator carried off its consumer's monitor");
        }
      }
      case 6 -> {
        try {
          suspendDeep(self, 5);
          throw new UnsupportedOperationException();
        } catch (UnsupportedOperationException e) {
          self.suspend();
        }
      }
      default -> self.suspend();
    }
  }

  private Object newLock() {
    Object lock = new Object();
    if (locks.size() < 1000) {
      locks.add(lock);
    } else {
      locks.set(random.nextInt(1000), lock);
    }
    return lock;
  }

  private static void suspendDeep(Fiber self, int depth) {
    if (depth == 0) {
      self.suspend();
    } else {
      suspendDeep(self, depth - 1);
    }
  }

  /// An eager task: starts in place, and is finished by the loop.
  private void startChild() {
    nested++;
    Fiber child =
        fiber(
            carrier,
            self -> {
              check(!OWNER.isBound(), "a child inherited a binding");
              self.suspend();
              if (random.nextInt(4) == 0) {
                try {
                  synchronized (newLock()) {
                    self.suspend();
                  }
                } catch (IllegalStateException e) {
                  refused++;
                }
              }
              self.suspend();
            });
    child.resumeNested();
    if (!child.isDone()) {
      ready.add(child);
    }
  }

  /// A generator: every step of it in place.
  private void runGenerator() {
    nested++;
    Fiber generator =
        fiber(
            carrier,
            self -> {
              for (int i = 0; i < 5; i++) {
                self.suspend();
              }
            });
    while (!generator.isDone()) {
      generator.resumeNested();
    }
  }
}
