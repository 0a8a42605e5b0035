package jasyncio.engine;

import static jasyncio.engine.Fibers.fiber;
import static jasyncio.engine.Fibers.inLoop;
import static jasyncio.engine.Fibers.runInTurn;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Thread locals belong to the fiber that set them, on both engines; what is no fiber's code has
/// those of the loop's thread.
class ThreadLocalTest {
  private static final ThreadLocal<String> NAME = new ThreadLocal<>();
  private static final InheritableThreadLocal<String> FAMILY = new InheritableThreadLocal<>();

  private final List<String> log = new ArrayList<>();

  @AfterEach
  void forget() {
    NAME.remove();
    FAMILY.remove();
  }

  private void look(String who) {
    log.add(who + " " + NAME.get() + " " + FAMILY.get());
  }

  private static void set(String name) {
    NAME.set(name);
    FAMILY.set(name + "'s");
  }

  @Test
  void fiberFindsItsOwnAfterASuspensionAndNobodyElses() {
    inLoop(carrier -> {
      set("loop");
      Fiber a =
          fiber(
              carrier,
              self -> {
                set("a");
                self.suspend();
                look("a");
              });
      Fiber b =
          fiber(
              carrier,
              self -> {
                look("b");
                self.suspend();
                set("b");
                self.suspend();
                look("b");
              });
      runInTurn(a, b);
      carrier.enterHost();
      look("loop");
    });
    assertThat(log).containsExactly("b null null", "a a a's", "b b b's", "loop loop loop's");
  }

  @Test
  void fiberResumedByAnotherHasItsOwnAndLeavesTheOthersAlone() {
    inLoop(carrier -> {
      Fiber child =
          fiber(
              carrier,
              self -> {
                look("child");
                set("child");
                self.suspend();
                look("child");
              });
      Fiber bare =
          fiber(
              carrier,
              self -> {
                look("bare");
                self.suspend();
                look("bare");
              });
      Fiber parent =
          fiber(
              carrier,
              self -> {
                set("parent");
                child.resumeNested();
                bare.resumeNested();
                look("parent");
                self.suspend();
                look("parent");
              });
      parent.resume();
      runInTurn(bare, child, parent);
    });
    assertThat(log)
        .containsExactly(
            "child null null",
            "bare null null",
            "parent parent parent's",
            "bare null null",
            "child child child's",
            "parent parent parent's");
  }

  @Test
  void callerOfTheLoopKeepsItsOwn() {
    set("caller");
    inLoop(carrier -> {
      Fiber fiber = fiber(carrier, self -> set("fiber"));
      fiber.resume();
    });
    look("caller");
    assertThat(log).containsExactly("caller caller caller's");
  }

  @Test
  void hostsCodeInsideAFiberHasTheLoopsAndTheFiberItsOwnAfterwards() {
    inLoop(carrier -> {
      set("loop");
      Fiber fiber =
          fiber(
              carrier,
              self -> {
                set("fiber");
                boolean entered = carrier.enterHost();
                assertThat(entered).isEqualTo(carrier.fibersShareLoopThread());
                if (entered) {
                  look("inside");
                  set("changed");
                  assertThat(carrier.enterHost()).isFalse();
                  carrier.leaveHost();
                }
                look("after");
                self.suspend();
                look("after");
              });
      fiber.resume();
      carrier.enterHost();
      look("loop");
      fiber.resume();
    });
    assertThat(log)
        .containsExactlyElementsOf(
            Engine.selected().isFast()
                ? List.of(
                    "inside loop loop's",
                    "after fiber fiber's",
                    "loop changed changed's",
                    "after fiber fiber's")
                : List.of("after fiber fiber's", "loop loop loop's", "after fiber fiber's"));
  }

  @Test
  void fiberStartedByTheHostsCodeInsideAnotherFiberDisturbsNeither() {
    inLoop(carrier -> {
      set("loop");
      Fiber child =
          fiber(
              carrier,
              self -> {
                look("child");
                set("child");
                if (carrier.enterHost()) {
                  carrier.leaveHost();
                }
                self.suspend();
                look("child");
              });
      Fiber parent =
          fiber(
              carrier,
              self -> {
                set("parent");
                boolean entered = carrier.enterHost();
                child.resumeNested();
                if (entered) {
                  look("inside");
                  carrier.leaveHost();
                } else {
                  log.add("inside loop loop's");
                }
                look("parent");
              });
      parent.resume();
      child.resume();
      carrier.enterHost();
      look("loop");
    });
    assertThat(log)
        .containsExactly(
            "child null null",
            "inside loop loop's",
            "parent parent parent's",
            "child child child's",
            "loop loop loop's");
  }

  @Test
  void fiberThatSuspendsAsTheHostComesBackAsItself() {
    inLoop(carrier -> {
      set("loop");
      Fiber fiber =
          fiber(
              carrier,
              self -> {
                set("fiber");
                carrier.enterHost();
                self.suspend();
                look("fiber");
              });
      Fiber other = fiber(carrier, self -> look("other"));
      fiber.resume();
      other.resume();
      fiber.resume();
      carrier.enterHost();
      look("loop");
    });
    assertThat(log).containsExactly("other null null", "fiber fiber fiber's", "loop loop loop's");
  }

  @Test
  void awaitThatIsRefusedLeavesTheFiberItsOwn() {
    Object lock = new Object();
    inLoop(carrier -> {
      if (!carrier.fibersShareLoopThread()) {
        log.add("fiber fiber fiber's");
        return; // nothing is refused there
      }
      Fiber fiber =
          fiber(
              carrier,
              self -> {
                set("fiber");
                carrier.enterHost();
                try {
                  synchronized (lock) {
                    self.suspend();
                  }
                } catch (IllegalStateException refused) {
                  look("fiber");
                }
              });
      fiber.resume();
    });
    assertThat(log).containsExactly("fiber fiber fiber's");
  }

  @Test
  void stackIsLentOnlyWhereNothingIsBound() {
    ScopedValue<String> bound = ScopedValue.newInstance();
    List<Boolean> lent = new ArrayList<>();
    inLoop(carrier -> {
      Fiber fiber =
          fiber(
              carrier,
              self -> {
                lent.add(carrier.canLendStack());
                ScopedValue.where(bound, "x").run(() -> lent.add(carrier.canLendStack()));
                lent.add(carrier.canLendStack());
                overflow();
                lent.add(carrier.canLendStack());
                ScopedValue.where(bound, "x")
                    .run(() -> {
                      overflow();
                      lent.add(carrier.canLendStack());
                    });
              });
      fiber.resume();
    });
    boolean shared = Engine.selected().isFast();
    assertThat(lent).containsExactly(shared, false, shared, false, false);
  }

  private static void overflow() {
    try {
      descend(0);
    } catch (StackOverflowError e) {
      // the JVM has forgotten what is bound, until somebody asks for a scoped value
    }
  }

  @SuppressWarnings("InfiniteRecursion")
  private static int descend(int level) {
    return descend(level + 1) + 1;
  }

  @Test
  void stackIsNotLentWhereTheCallerOfTheLoopHasBoundSomething() {
    ScopedValue<String> bound = ScopedValue.newInstance();
    List<Boolean> lent = new ArrayList<>();
    ScopedValue.where(bound, "caller")
        .run(() ->
            inLoop(carrier -> fiber(carrier, self -> lent.add(carrier.canLendStack())).resume()));
    assertThat(lent).containsExactly(false);
  }
}
