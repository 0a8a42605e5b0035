package jasyncio.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Mistakes that compile. Each program is run as the launcher runs it, and what it prints must say
/// what happened, where, to what, and the way out. Those that do not compile are in [HintsTest],
/// and the coroutines that are dropped in jasyncio-lint.
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class MistakesTest {
  private static final String ENGINE = System.getProperty("jasyncio.engine", "continuation");

  private static final String IMPORTS =
      """
      import static jasyncio.Asyncio.*;
      import jasyncio.*;
      import jasyncio.sync.*;
      import jasyncio.http.client.*;
      import jasyncio.http.server.*;
      Coroutine<Integer> save() { return async(() -> { await(sleep(millis(1))); return 1; }); }
      Coroutine<Integer> deeper(int n) { return async(() -> await(deeper(n + 1)) + 1); }
      synchronized void locked() { await(sleep(millis(1))); }
      """;

  /// Stands before the frame of the program.
  private static final String HERE = "(Mistake.java:";

  private static final String DEBUG = "-Djasyncio.debug=true";
  private static final String VIRTUAL = "-Djasyncio.time=virtual";

  /// Where nobody can await. Each with what the messages must contain.
  static List<Arguments> placesWithoutATask() {
    List<Arguments> all = new ArrayList<>();
    all.add(
        Arguments.of(
            "void main() { await(sleep(seconds(1))); }",
            "",
            List.of("await outside a task", "Thread[", HERE, "Start one with run(...)")));
    all.addAll(
        List.of(
            in(
                "await(toThread(() -> { await(sleep(millis(1))); }));",
                "await outside a task",
                "jasyncio-worker",
                HERE,
                "runCoroutineThreadsafe"),
            in(
                "java.util.concurrent.ForkJoinPool.commonPool().submit(() -> { await(save()); })"
                    + ".join();",
                "await outside a task",
                "ForkJoinPool",
                HERE,
                "runCoroutineThreadsafe"),
            in(
                "getRunningLoop().callSoon(() -> await(save())); await(sleep(millis(5)));",
                "await outside a task: this is a callback",
                HERE,
                "createTask(...)")));
    if (ENGINE.equals("continuation")) { // the other engine can do it
      all.add(in("locked();", "await inside `synchronized`", HERE, "jasyncio.sync.Lock"));
    }
    return all;
  }

  /// What fails where nobody looks, or is used as it cannot be.
  static List<Arguments> failures() {
    return List.of(
        in(
            "getRunningLoop().callSoon(() -> { int[] none = {}; none[1]++; });"
                + " await(sleep(millis(5)));",
            "Exception in callback",
            "Index 1 out of bounds",
            HERE),
        in(
            "createTask(async(() -> { throw new java.io.IOException(\"disk\"); }));"
                + " await(sleep(millis(5)));",
            "Task exception was never retrieved (Task-2)",
            "java.io.IOException: disk",
            HERE),
        in(
            "var c = save(); await(c); await(c);",
            "cannot reuse already awaited coroutine",
            HERE,
            "make a new one"),
        in(
            "run(() -> {});",
            "cannot be called from a running event loop",
            "<EventLoop",
            HERE,
            "await"),
        in(
            "Future<String> f = getRunningLoop().createFuture();"
                + " Thread.ofPlatform().start(() -> f.setResult(\"x\")).join();",
            "Non-thread-safe operation",
            "setResult",
            HERE,
            "callSoonThreadsafe"),
        in(
            "Thread.ofPlatform().start(() -> createTask(save())).join();",
            "no running event loop",
            HERE,
            "runCoroutineThreadsafe"),
        in("await(deeper(0));", "StackOverflowError", HERE),
        in(
            "await(timeout(millis(20), () -> await(sleep(seconds(9)))));",
            "TimeoutError",
            "was not done within 0.02 s",
            "Task-1",
            HERE),
        in("Coroutine<Integer> none = null; await(none);", "null", HERE, "async(...)"),
        in(
            "createTask(save()).result();",
            "InvalidStateError",
            "Result is not ready",
            "Task-2",
            HERE));
  }

  /// What is used too early, too late, or twice.
  static List<Arguments> misuse() {
    return List.of(
        in("new Lock().release();", "Lock is not acquired", HERE),
        in(
            "Future<Integer> f = getRunningLoop().createFuture(); f.setResult(1);"
                + " f.setResult(2);",
            "InvalidStateError",
            "result=1",
            HERE),
        in(
            "var loop = EventLoop.create(); loop.close(); loop.callSoon(() -> {});",
            "Event loop is closed",
            HERE),
        in(
            "await(toThread(() -> save()));",
            "was returned by the body of toThread",
            "never awaited",
            "Await it on the loop"));
  }

  /// What goes on, or is left.
  static List<Arguments> lifetimes() {
    return List.of(
        debugged("save();", "coroutine 'Mistake.save' was never awaited", HERE),
        debugged(
            "long end = System.nanoTime() + 400_000_000;"
                + " while (System.nanoTime() < end) Thread.onSpinWait();",
            "the event loop has been blocked for 0.",
            "task Task-1",
            HERE,
            "toThread(...)"),
        debugged(
            "var s = new java.util.concurrent.Semaphore(0);"
                + " Thread.ofVirtual().start(() -> {"
                + " java.util.concurrent.locks.LockSupport.parkNanos(400_000_000);"
                + " s.release(); }); s.acquire();",
            "the event loop has been blocked for 0.",
            HERE,
            "use those of jasyncio.sync"),
        debugged(
            "new java.util.concurrent.CompletableFuture<>().completeOnTimeout(1, 400,"
                + " java.util.concurrent.TimeUnit.MILLISECONDS).join();",
            "the event loop has been blocked for 0.",
            HERE,
            "await(future)"),
        debugged(
            "new ClientSession();",
            "unclosed ClientSession",
            HERE,
            "try (var session = new ClientSession())"),
        debugged(
            "await(new AppRunner(new Application()).setup());",
            "unclosed AppRunner",
            HERE,
            "try (var runner = new AppRunner(app))"),
        Arguments.of(
            "void main() { run(() -> { createTask(async(() -> { try { await(sleep(seconds(99))); }"
                + " catch (Throwable t) { await(sleep(seconds(7))); } }));"
                + " await(sleep(seconds(1))); }); }",
            VIRTUAL,
            List.of("the shutdown has taken 5 s", "'Task-2'", HERE, "let CancelledError through")));
  }

  private static Arguments in(String statements, String... expected) {
    return Arguments.of(
        "void main() { run(() -> { " + statements + " }); }", "", List.of(expected));
  }

  private static Arguments debugged(String statements, String... expected) {
    return Arguments.of(
        "void main() { run(() -> { " + statements + " }); }", DEBUG, List.of(expected));
  }

  @TempDir Path folder;

  private @Nullable Process running;

  @AfterEach
  void killWhatStillRuns() {
    if (running != null) {
      running.destroyForcibly();
    }
  }

  @ParameterizedTest
  @MethodSource({"placesWithoutATask", "failures", "misuse", "lifetimes"})
  void aMistakeIsAnsweredWithWhatWhereAndTheWayOut(
      String program, String option, List<String> expected) throws Exception {
    Process running = start(program, option);
    String messages = new String(running.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    running.waitFor();
    assertThat(messages).contains(expected);
    assertThat(messages.lines().filter(line -> line.contains("at jasyncio.")).distinct())
        .as("the library's frames are folded in\n%s", messages)
        .hasSizeLessThan(12);
  }

  /// Two tasks that wait for each other's lock.
  @Test
  void ctrlCSaysWhereTheTasksStood() throws Exception {
    Process running =
        start(
            """
            Coroutine<Void> both(Lock a, Lock b) {
              return async(() -> {
                try (var _ = await(a.hold())) {
                  await(sleep(millis(10)));
                  IO.println("first");
                  try (var _ = await(b.hold())) {}
                }
              });
            }
            void main() {
              run(() -> {
                var a = new Lock();
                var b = new Lock();
                await(gather(both(a, b), both(b, a)));
              });
            }
            """,
            "");
    try (BufferedReader out = running.inputReader(StandardCharsets.UTF_8)) {
      assertThat(out.readLine()).isEqualTo("first");
      assertThat(out.readLine()).isEqualTo("first");
      new ProcessBuilder("kill", "-INT", "" + running.pid()).start().waitFor();
      String messages = new String(running.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(running.waitFor()).isEqualTo(130);
      assertThat(messages)
          .startsWith("KeyboardInterrupt. The tasks stood here:")
          .contains("'Task-1' waiting for gather [2, 3]", "'Task-2' waiting", "'Task-3' waiting")
          .contains("Mistake.lambda$both$", "Mistake.lambda$main$", HERE);
    }
  }

  private Process start(String program, String option) throws Exception {
    Path source = Files.writeString(folder.resolve("Mistake.java"), IMPORTS + program);
    Path target = folder.resolve("programs/program.jar");
    ByteArrayOutputStream messages = new ByteArrayOutputStream();
    int status =
        ProgramCompiler.compile(
            List.of(source.toString()),
            "",
            target,
            new PrintStream(messages, true, StandardCharsets.UTF_8));
    assertThat(status).as(messages.toString(StandardCharsets.UTF_8)).isZero();
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(Path.of("/usr/bin/env"))) { // a build under nohup has it ignored
      command.addAll(List.of("/usr/bin/env", "--default-signal=INT"));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "--add-exports=java.base/jdk.internal.vm=ALL-UNNAMED",
            "--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dstderr.encoding=UTF-8",
            "-XX:TieredStopAtLevel=1",
            "-Djasyncio.engine=" + ENGINE));
    if (!option.isEmpty()) {
      command.add(option);
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(StartProgram.class.getName(), target.toString()));
    running = new ProcessBuilder(command).start();
    return running;
  }
}
