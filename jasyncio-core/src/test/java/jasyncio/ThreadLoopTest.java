package jasyncio;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.getRunningLoop;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Functions that need no running loop take the thread's, as the source of CPython 3.14 says.
class ThreadLoopTest {
  private final List<String> reports = new ArrayList<>();

  @AfterEach
  void forget() {
    Asyncio.setEventLoop(null);
  }

  @Test
  void gatherAndItsKinBelongToTheLoopThatWasSet() {
    try (EventLoop loop = Virtual.loop(reports)) {
      Asyncio.setEventLoop(loop);
      Future<List<Integer>> gathered = Asyncio.gather(() -> 1, () -> 2);
      Future<List<Object>> empty = Asyncio.gather(List.of());
      Future<Integer> ensured = Asyncio.ensureFuture(async(() -> 3));
      Future<Integer> shielded = Asyncio.shield(async(() -> 4));
      Future<Integer> wrapped = Asyncio.wrapFuture(CompletableFuture.completedFuture(5));
      AsCompleted<Integer> inTurn = Asyncio.asCompleted(List.of(async(() -> 6)));
      assertThat(List.of(gathered, empty, ensured, shielded, wrapped))
          .allMatch(future -> future.getLoop() == loop);
      loop.runUntilComplete(
          async(() -> {
            assertThat(await(gathered)).containsExactly(1, 2);
            assertThat(await(empty)).isEmpty();
            assertThat(await(ensured)).isEqualTo(3);
            assertThat(await(shielded)).isEqualTo(4);
            assertThat(await(wrapped)).isEqualTo(5);
            assertThat(await(inTurn.iterator().next())).isEqualTo(6);
          }));
    }
    assertThat(reports).isEmpty();
  }

  @Test
  void firstArgumentDecidesIfItIsAFuture() {
    try (EventLoop loop = Virtual.loop(reports);
        EventLoop other = Virtual.loop(reports)) {
      Asyncio.setEventLoop(loop);
      Future<Integer> ofTheOther = other.createFuture();
      Coroutine<Integer> coroutine = async(() -> 1);
      assertThat(Asyncio.gather(ofTheOther, coroutine).getLoop()).isSameAs(other);
      Coroutine<Integer> first = async(() -> 1);
      assertThatThrownBy(() -> Asyncio.gather(first, ofTheOther))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("The future belongs to a different loop than the one specified");
      assertThat(Asyncio.ensureFuture(ofTheOther)).isSameAs(ofTheOther);
    }
  }

  @Test
  void withoutALoopTheySayHowToSetOne() {
    Coroutine<Integer> coroutine = async(() -> 1);
    assertThatThrownBy(() -> Asyncio.ensureFuture(coroutine))
        .hasMessageStartingWith("There is no current event loop in thread '");
    assertThatThrownBy(() -> Asyncio.gather(coroutine, coroutine))
        .hasMessageStartingWith("There is no current event loop in thread '");
    assertThatThrownBy(() -> Asyncio.createTask(coroutine))
        .hasMessageStartingWith("no running event loop");
  }

  @Test
  void runningLoopComesBeforeTheOneThatWasSet() {
    try (EventLoop loop = Virtual.loop(reports)) {
      Asyncio.setEventLoop(loop);
      Virtual.run(
          () -> assertThat(Asyncio.gather(async(() -> 1)).getLoop()).isSameAs(getRunningLoop()));
    }
  }
}
