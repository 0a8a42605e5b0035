package jasyncio;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.captureCallGraph;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.formatCallGraph;
import static jasyncio.Asyncio.gather;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.shield;
import static jasyncio.Asyncio.sleep;
import static jasyncio.Asyncio.taskGroup;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.parity.Parity;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Who waits for whom.
class CallGraphTest {
  private static void run(AsyncAction body) {
    Asyncio.run(async(body), LoopConfig.defaults().withVirtualTime());
  }

  private static <T> Task<T> task(String name, AsyncBody<T> body) {
    return createTask(Asyncio.<T>async(body), TaskOptions.named(name));
  }

  private static void waitFor(Future<?> future) {
    await(future);
  }

  private static List<String> namesOf(List<CallGraph> graphs) {
    return graphs.stream()
        .map(graph -> graph.future() instanceof Task<?> task ? task.getName() : "?")
        .toList();
  }

  @Test
  @Parity({"GRA-01", "GRA-03"})
  void graphHasTheFramesAndThoseWhoWait() {
    run(() -> {
      Future<String> future = getRunningLoop().createFuture();
      Task<?> inner = task("inner", () -> await(future));
      Task<?> outer =
          task(
              "outer",
              () -> {
                waitFor(inner);
                return "";
              });
      await(sleep(Duration.ZERO));
      await(sleep(Duration.ZERO));
      CallGraph graph = captureCallGraph(future);
      assertThat(graph.future()).isSameAs(future);
      assertThat(graph.callStack()).isEmpty();
      assertThat(namesOf(graph.awaitedBy())).containsExactly("inner");
      CallGraph waiter = graph.awaitedBy().getFirst();
      assertThat(namesOf(waiter.awaitedBy())).containsExactly("outer");
      assertThat(waiter.awaitedBy().getFirst().callStack().getFirst().getMethodName())
          .isEqualTo("waitFor");
      assertThat(captureCallGraph(outer, 1).callStack()).hasSize(1);
      assertThat(captureCallGraph(outer, 0).callStack()).isEmpty();
      int all = captureCallGraph(outer).callStack().size();
      assertThat(captureCallGraph(outer, -1).callStack())
          .isEqualTo(captureCallGraph(outer).callStack().subList(all - 1, all));
      future.setResult("done");
      await(outer);
    });
  }

  @Test
  @Parity("GRA-01")
  void runningTaskSeesItselfACallbackNothingAndNobodyOutsideOfALoop() {
    run(() -> {
      CallGraph mine = captureCallGraph();
      assertThat(mine).isNotNull();
      assertThat(mine.future()).isSameAs(Asyncio.currentTask());
      assertThat(mine.callStack().getFirst().getClassName()).isEqualTo(getClass().getName());
      @Nullable CallGraph[] inACallback = {mine};
      getRunningLoop().callSoon(() -> inACallback[0] = captureCallGraph());
      await(sleep(Duration.ZERO));
      assertThat(inACallback[0]).isNull();
    });
    assertThatThrownBy(() -> captureCallGraph())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("no running event loop");
  }

  @Test
  @Parity("GRA-02")
  void textShowsAllOfIt() {
    run(() -> {
      Future<String> future = getRunningLoop().createFuture();
      Task<?> inner =
          task(
              "inner",
              () -> {
                waitFor(future);
                return "";
              });
      await(sleep(Duration.ZERO));
      String text = formatCallGraph(future);
      assertThat(text.lines().map(line -> line.replaceAll("0x\\w+", "ID").strip()))
          .startsWith("* Future(id=ID)", "+ Awaited by:", "* Task(name='inner', id=ID)")
          .contains("+ Call stack:");
      assertThat(text).contains(CallGraphTest.class.getName() + ".waitFor()");
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      Asyncio.printCallGraph(future, new PrintStream(out, true, StandardCharsets.UTF_8));
      assertThat(out.toString(StandardCharsets.UTF_8).strip()).isEqualTo(text);
      future.cancel();
      await(sleep(Duration.ZERO));
      assertThat(inner.cancelled()).isTrue();
    });
  }

  @Test
  @Parity("GRA-02")
  void circleIsShownAndNotFollowed() {
    EventLoop loop = EventLoop.create(LoopConfig.defaults().withVirtualTime());
    try (loop) {
      List<Task<?>> tasks = new ArrayList<>();
      tasks.add(loop.createTask(async(() -> await(tasks.get(1)))));
      tasks.add(loop.createTask(async(() -> await(tasks.get(0)))));
      loop.runUntilComplete(sleep(Duration.ZERO));
      assertThat(formatCallGraph(tasks.getFirst()))
          .containsOnlyOnce("a circle: it waits for itself")
          .contains("'Task-1'", "'Task-2'");
      loop.setExceptionHandler((_, _) -> {}); // about tasks that are still pending
    }
  }

  @Test
  @Parity("GRA-04")
  void combinatorsTellForWhomTheyWait() {
    run(() -> {
      Future<String> gathered = getRunningLoop().createFuture();
      Future<String> shielded = getRunningLoop().createFuture();
      Future<String> waited = getRunningLoop().createFuture();
      List<Task<?>> tasks =
          List.of(
              task("gatherer", () -> await(gather(gathered))),
              task("shielder", () -> await(shield(shielded))),
              task("waiter", () -> await(Asyncio.wait(List.of(waited)))),
              task(
                  "parent",
                  () ->
                      await(
                          taskGroup(group -> {
                            group.createTask(
                                async(() -> await(gathered)), TaskOptions.named("child"));
                          }))));
      await(sleep(Duration.ZERO));
      await(sleep(Duration.ZERO));
      assertThat(formatCallGraph(gathered)).contains("'gatherer'", "'child'", "'parent'");
      assertThat(formatCallGraph(shielded)).contains("'shielder'");
      assertThat(formatCallGraph(waited)).contains("'waiter'");
      List.of(gathered, shielded, waited).forEach(future -> future.setResult("done"));
      await(Asyncio.wait(tasks));
    });
  }
}
