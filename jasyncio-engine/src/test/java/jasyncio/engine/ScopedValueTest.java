package jasyncio.engine;

import static jasyncio.engine.Fibers.fiber;
import static jasyncio.engine.Fibers.inLoop;
import static jasyncio.engine.Fibers.runInTurn;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Scoped values belong to the fiber that bound them.
///
/// StructuredTaskScope, which stands on the same two thread fields, is a preview API of JDK 25: a
/// class file that uses it runs only with --enable-preview, which this build refuses.
class ScopedValueTest {
  private static final ScopedValue<String> NAME = ScopedValue.newInstance();
  private static final ScopedValue<Integer> LEVEL = ScopedValue.newInstance();

  @Test
  void bindingIsSeenByItsOwnFiberAfterASuspensionAndByNobodyElse() {
    List<String> log = new ArrayList<>();
    inLoop(carrier -> {
      Fiber a =
          fiber(
              carrier,
              self ->
                  ScopedValue.where(NAME, "a")
                      .run(() -> {
                        self.suspend();
                        log.add("a sees " + NAME.orElse("nothing"));
                        self.suspend();
                      }));
      Fiber b =
          fiber(
              carrier,
              self -> {
                log.add("b sees " + NAME.orElse("nothing"));
                ScopedValue.where(NAME, "b")
                    .run(() -> {
                      self.suspend();
                      log.add("b sees " + NAME.orElse("nothing"));
                    });
                log.add("b sees " + NAME.orElse("nothing"));
              });
      a.resume();
      carrier.enterHost();
      log.add("loop sees " + NAME.orElse("nothing"));
      b.resume();
      runInTurn(a, b);
      carrier.enterHost();
      log.add("loop sees " + NAME.orElse("nothing"));
    });
    assertThat(log)
        .containsExactly(
            "loop sees nothing",
            "b sees nothing",
            "a sees a",
            "b sees b",
            "b sees nothing",
            "loop sees nothing");
  }

  @Test
  void bindingOfTheLoopsCallerIsKeptForItAndUnboundInFibers() {
    List<String> log = new ArrayList<>();
    ScopedValue.where(NAME, "caller")
        .run(() -> {
          inLoop(carrier -> {
            Fiber fiber =
                fiber(
                    carrier,
                    self -> {
                      log.add("fiber sees " + NAME.orElse("nothing"));
                      self.suspend();
                      log.add("fiber sees " + NAME.orElse("nothing"));
                    });
            fiber.resume();
            fiber.resume();
          });
          log.add("caller sees " + NAME.orElse("nothing"));
        });
    assertThat(log)
        .containsExactly("fiber sees nothing", "fiber sees nothing", "caller sees caller");
  }

  @Test
  void nestedBindingsUnwindInOrderAcrossSuspensions() {
    List<Object> log = new ArrayList<>();
    inLoop(carrier -> {
      Fiber[] fibers = new Fiber[3];
      for (int i = 0; i < fibers.length; i++) {
        String name = "f" + i;
        fibers[i] =
            fiber(
                carrier,
                self -> ScopedValue.where(NAME, name).run(() -> descend(self, 0, name, log)));
      }
      runInTurn(fibers);
    });
    assertThat(log).containsOnly(true);
  }

  private static void descend(Fiber self, int level, String name, List<Object> log) {
    ScopedValue.where(LEVEL, level)
        .run(() -> {
          self.suspend();
          if (level < 10) {
            descend(self, level + 1, name, log);
          }
          self.suspend();
          log.add(LEVEL.get() == level && NAME.get().equals(name));
        });
  }

  @Test
  void fiberStartedInsideAnotherDoesNotInheritItsBindings() {
    List<String> log = new ArrayList<>();
    inLoop(carrier -> {
      Fiber child =
          fiber(
              carrier,
              self -> {
                log.add("child sees " + NAME.orElse("nothing"));
                ScopedValue.where(NAME, "child")
                    .run(() -> {
                      self.suspend();
                      log.add("child sees " + NAME.orElse("nothing"));
                    });
              });
      Fiber parent =
          fiber(
              carrier,
              self ->
                  ScopedValue.where(NAME, "parent")
                      .run(() -> {
                        child.resumeNested();
                        log.add("parent sees " + NAME.orElse("nothing"));
                        self.suspend();
                        log.add("parent sees " + NAME.orElse("nothing"));
                      }));
      parent.resume();
      child.resume();
      parent.resume();
    });
    assertThat(log)
        .containsExactly(
            "child sees nothing", "parent sees parent", "child sees child", "parent sees parent");
  }

  @Test
  void exceptionAndOverflowLeaveTheBindingsOfTheLoopInOrder() {
    inLoop(carrier -> {
      Fiber fiber =
          fiber(
              carrier,
              self -> {
                try {
                  ScopedValue.where(NAME, "x")
                      .run(() -> {
                        self.suspend();
                        bindForEver(0);
                      });
                } catch (StackOverflowError e) {
                  assertThat(NAME.isBound()).isFalse();
                }
                self.suspend();
                assertThat(NAME.isBound()).isFalse();
              });
      fiber.resume();
      fiber.resume();
      assertThat(NAME.isBound()).isFalse();
      fiber.resume();
      assertThat(fiber.isDone()).isTrue();
      assertThat(LEVEL.isBound()).isFalse();
    });
  }

  @SuppressWarnings("InfiniteRecursion")
  private static void bindForEver(int level) {
    ScopedValue.where(LEVEL, level).run(() -> bindForEver(level + 1));
  }
}
