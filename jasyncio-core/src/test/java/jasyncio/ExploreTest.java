package jasyncio;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.spi.Chooser;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ExploreTest {
  private static final LoopConfig VIRTUAL = LoopConfig.defaults().withVirtualTime();

  private final List<String> log = new ArrayList<>();

  private Coroutine<@Nullable Void> withAPoint() {
    return async(() -> {
      Task<?> other = createTask(() -> log.add("other"));
      Explore.point("after the start");
      log.add("main");
      await(other);
    });
  }

  @Test
  void pointDoesNothingWithoutAChooser() {
    run(withAPoint(), VIRTUAL);
    assertThat(log).containsExactly("main", "other");
  }

  @Test
  void pointYieldsUnderAChooserThatIsToldItsName() {
    Chooser chooser =
        new Chooser() {
          @Override
          public int choose(Ready ready) {
            return 0;
          }

          @Override
          public void atPoint(String name) {
            log.add(Asyncio.currentTask() == null ? "no task" : "a task " + name);
          }
        };
    run(withAPoint(), VIRTUAL.withChooser(chooser));
    assertThat(log).containsExactly("a task after the start", "other", "main");
  }

  @Test
  void pointInACallbackOrOutsideALoopDoesNothing() {
    Explore.point("outside");
    run(
        async(() -> {
          getRunningLoop()
              .callSoon(() -> {
                Explore.point("in a callback");
                log.add("callback");
              });
          await(sleep(Duration.ZERO));
        }),
        VIRTUAL.withChooser(_ -> 0));
    assertThat(log).containsExactly("callback");
  }

  @Test
  void choiceIsTheUsualUnlessAChooserSaysOtherwise() {
    assertThat(Explore.choice("outside", 3)).isZero();
    run(async(() -> assertThat(Explore.choice("no chooser", 3)).isZero()), VIRTUAL);
    run(
        async(() -> assertThat(Explore.choice("a chooser without interest", 3)).isZero()),
        VIRTUAL.withChooser(_ -> 0));
    run(
        async(() -> {
          assertThat(Explore.choice("disk", 3)).isEqualTo(2);
          assertThat(Explore.choice("one way", 1)).isZero();
        }),
        VIRTUAL.withChooser(lastOutcome()));
    assertThat(log).containsExactly("disk");
  }

  private Chooser lastOutcome() {
    return new Chooser() {
      @Override
      public int choose(Ready ready) {
        return 0;
      }

      @Override
      public int choose(String what, int ways) {
        log.add(what);
        return ways - 1;
      }
    };
  }

  @Test
  void choiceWithoutAWayIsRefused() {
    assertThatThrownBy(() -> Explore.choice("nothing", 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a choice has at least 1 way, not 0: nothing");
  }

  @Test
  void chooserMayTakeWhatBecameReadyInThisTurn() {
    List<String> seen = new ArrayList<>();
    run(
        async(() -> {
          Task<?> maker =
              createTask(() -> {
                log.add("maker");
                return createTask(() -> log.add("new"));
              });
          await(sleep(Duration.ZERO));
          log.add("main");
          await(maker);
          await(sleep(Duration.ZERO));
        }),
        VIRTUAL.withChooser(ready -> {
          seen.add(ready.ofThisTurn() + " of " + ready.size());
          return log.size() == 1 ? ready.size() - 1 : 0; // the newest, once the maker has run
        }));
    assertThat(log).containsExactly("maker", "new", "main");
    assertThat(seen).contains("1 of 2");
  }

  @Test
  void chooserThatIsWrongIsTold() {
    ReadyQueue ready = new ReadyQueue();
    ready.add("item");
    assertThatThrownBy(() -> ready.takeChosen(_ -> 7, 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("chose item 7 of 1; they are numbered from 0");
    assertThatThrownBy(() -> ready.takeChosen(_ -> -1, 1)).hasMessageContaining("item -1 of 1");
    assertThat(ready.size()).isEqualTo(1);
  }
}
