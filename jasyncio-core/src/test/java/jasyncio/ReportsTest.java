package jasyncio;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.parity.Parity;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What nobody can catch: exception handlers, the log, and what debug mode adds.
class ReportsTest {
  private final LogOfTheLibrary log = new LogOfTheLibrary();

  @BeforeEach
  void listen() throws Exception {
    log.open();
  }

  @AfterEach
  void giveTheLogBack() throws Exception {
    log.close();
  }

  private static void run(AsyncAction body) {
    Asyncio.run(async(body), LoopConfig.defaults().withVirtualTime());
  }

  private static void throwInACallback(String message) {
    getRunningLoop()
        .callSoon(() -> {
          throw new IllegalStateException(message);
        });
    await(sleep(Duration.ZERO));
  }

  @Test
  @Parity({"ERR-01", "ERR-03", "SCH-07"})
  void handlerIsToldAndTheDefaultComesBackWithNull() {
    List<ExceptionContext> reports = new ArrayList<>();
    run(() -> {
      EventLoop loop = getRunningLoop();
      assertThat(loop.getExceptionHandler()).isNull();
      ExceptionHandler handler = (_, context) -> reports.add(context);
      loop.setExceptionHandler(handler);
      assertThat(loop.getExceptionHandler()).isSameAs(handler);
      throwInACallback("told");
      loop.setExceptionHandler(null);
      throwInACallback("logged");
    });
    assertThat(reports)
        .singleElement()
        .satisfies(report -> {
          assertThat(report.message()).startsWith("Exception in callback ");
          assertThat(report.exception()).hasMessage("told");
          assertThat(report.handle()).isNotNull();
          assertThat(report.task()).isNull();
        });
    assertThat(log.thrown()).extracting(Throwable::getMessage).containsExactly("logged");
  }

  @Test
  @Parity({"ERR-02", "DBG-07"})
  void defaultHandlerLogsAnErrorWithItsTrace() {
    run(() ->
        getRunningLoop()
            .defaultExceptionHandler(
                ExceptionContext.of("something happened")
                    .withException(new IOException("broken"))
                    .with("transport", "a wire")));
    assertThat(log.messages())
        .singleElement()
        .asString()
        .startsWith("ERROR something happened")
        .contains("transport: a wire");
    assertThat(log.thrown()).singleElement().isInstanceOf(IOException.class);
  }

  @Test
  @Parity("ERR-03")
  void handlerRunsInTheContextOfTheTaskConcerned() {
    ContextVar<String> variable = ContextVar.withDefault("variable", "unset");
    List<String> seen = new ArrayList<>();
    run(() -> {
      getRunningLoop().setExceptionHandler((_, _) -> seen.add(variable.get()));
      Context context = Context.copyOfCurrent();
      context.run(() -> variable.set("the callback's"));
      getRunningLoop()
          .callSoon(
              () -> {
                throw new IllegalStateException("here");
              },
              context);
      await(sleep(Duration.ZERO));
      Asyncio.createTask(() -> {
        variable.set("the task's");
        throw new IOException("nobody looks");
      });
      await(sleep(Duration.ZERO));
    });
    assertThat(seen).containsExactly("the callback's", "the task's");
  }

  @Test
  @Parity("ERR-03")
  void handlerThatFailsIsReportedByTheDefaultOne() {
    run(() -> {
      getRunningLoop()
          .setExceptionHandler((_, _) -> {
            throw new IllegalArgumentException("the handler's own");
          });
      throwInACallback("first");
    });
    assertThat(log.thrown())
        .extracting(Throwable::getMessage)
        .containsExactly("first", "the handler's own");
    assertThat(log.messages().getLast()).startsWith("ERROR Unhandled error in exception handler");
  }

  @Test
  @Parity("ERR-03")
  void keyboardInterruptOfAHandlerEndsTheLoop() {
    assertThatThrownBy(() ->
            run(() -> {
              getRunningLoop()
                  .setExceptionHandler((_, _) -> {
                    throw new KeyboardInterrupt();
                  });
              throwInACallback("first");
            }))
        .isInstanceOf(KeyboardInterrupt.class);
    assertThat(log.messages()).isEmpty();
  }

  @Test
  @Parity({"DBG-01", "DBG-02", "CST-09"})
  void debugModeLogsWhatTakesLong() {
    long[] now = new long[1];
    LoopConfig config = LoopConfig.defaults().withVirtualTime().withClock(() -> now[0]);
    try (EventLoop loop = EventLoop.create(config)) {
      assertThat(loop.getSlowCallbackDuration()).isEqualTo(millis(100));
      loop.callSoon(() -> now[0] += 150_000_000);
      loop.callSoon(loop::stop);
      loop.runForever();
      assertThat(log.messages()).isEmpty();

      loop.setDebug(true);
      assertThat(loop.getDebug()).isTrue();
      loop.callSoon(() -> now[0] += 150_000_000);
      loop.callSoon(() -> now[0] += 99_000_000);
      loop.callSoon(loop::stop);
      loop.runForever();
      assertThat(log.messages())
          .singleElement()
          .asString()
          .startsWith("WARNING Executing <Handle")
          .endsWith("took 0.150 seconds");

      loop.setSlowCallbackDuration(millis(200));
      loop.callSoon(() -> now[0] += 150_000_000);
      loop.callSoon(loop::stop);
      loop.runForever();
      assertThat(log.messages()).hasSize(1);
    }
  }

  @Test
  @Parity("DBG-01")
  void propertySwitchesDebugModeOn() {
    assertThat(LoopConfig.defaults().debug()).isFalse();
    System.setProperty("jasyncio.debug", "true");
    try {
      assertThat(DebugMode.fromEnvironment()).isTrue();
      System.setProperty("jasyncio.debug", "false");
      assertThat(DebugMode.fromEnvironment()).isFalse();
    } finally {
      System.clearProperty("jasyncio.debug");
    }
  }

  @Test
  @Parity({"DBG-05", "CST-08"})
  void debugModeTellsWhereACallbackWasScheduled() {
    List<ExceptionContext> reports = new ArrayList<>();
    Asyncio.run(
        async(() -> {
          getRunningLoop().setExceptionHandler((_, context) -> reports.add(context));
          scheduleFromDeepInside(20);
          await(sleep(Duration.ZERO));
        }),
        LoopConfig.defaults().withVirtualTime().withDebug(true));
    StackTraceElement[] frames = reports.getFirst().source().getStackTrace();
    assertThat(frames).hasSize(10);
    assertThat(frames[0].getMethodName()).isEqualTo("scheduleFromDeepInside");
  }

  @Test
  void whereSomethingWasMadeIsWorkedOutOnlyWhenSomebodyIsTold() {
    Asyncio.run(
        async(() -> {
          Future<String> future = getRunningLoop().createFuture();
          assertThat(future.source.getStackTrace()[0].getClassName()).isEqualTo("jasyncio.Future");
          assertThat(future.source.trimmed().getStackTrace()[0].getClassName())
              .isEqualTo(ReportsTest.class.getName());
          assertThat(future.source.getStackTrace()).hasSizeLessThanOrEqualTo(10);
        }),
        LoopConfig.defaults().withVirtualTime().withDebug(true));
  }

  private static void scheduleFromDeepInside(int depth) {
    if (depth > 0) {
      scheduleFromDeepInside(depth - 1);
      return;
    }
    getRunningLoop()
        .callSoon(() -> {
          throw new IllegalStateException("here");
        });
  }

  @Test
  void whatIsLoggedHasTheProgramsFramesAndTheLibrarysFolded() {
    run(() -> throwInACallback("folded"));
    assertThat(log.thrown())
        .singleElement()
        .satisfies(thrown ->
            assertThat(thrown.getStackTrace())
                .extracting(StackTraceElement::toString)
                .anyMatch(frame -> frame.startsWith("jasyncio.…(")));
  }

  @Test
  void aShutdownThatTakesLongSaysWhichTaskGoesOn() {
    run(() -> {
      Asyncio.createTask(
          Asyncio.async(() -> {
            try {
              await(sleep(Duration.ofHours(1)));
            } catch (CancelledError e) {
              await(sleep(Duration.ofSeconds(12)));
            }
          }),
          TaskOptions.named("stubborn"));
      await(sleep(Duration.ZERO));
    });
    assertThat(log.messages())
        .hasSize(2)
        .allSatisfy(message ->
            assertThat(message)
                .contains(
                    "a task was cancelled and not ended", "'stubborn' waiting", "ReportsTest"));
    assertThat(log.messages().getFirst()).contains("the shutdown has taken 5 s");
    assertThat(log.messages().getLast()).contains("the shutdown has taken 10 s");
  }

  @Test
  void aCoroutineThatAThreadReturnsAndNobodyAwaitsIsReported() {
    Asyncio.run(() -> {
      await(Asyncio.toThread(() -> sleep(millis(1))));
      await(await(Asyncio.toThread(() -> sleep(millis(1)))));
    });
    assertThat(log.messages())
        .singleElement()
        .asString()
        .contains("was returned by the body of toThread", "never awaited", "Await it on the loop");
  }

  @Test
  void inDebugModeAResourceThatIsNotClosedIsReportedWithItsPlace() {
    Asyncio.run(
        async(() -> {
          EventLoop loop = getRunningLoop();
          loop.reportUnclosed(new Object(), () -> "unclosed one");
          loop.reportUnclosed(new Object(), () -> "closed").run();
          loop.reportUnclosed(new Object(), () -> null);
        }),
        LoopConfig.defaults().withVirtualTime().withDebug(true));
    assertThat(log.messages()).singleElement().asString().contains("unclosed one");
    assertThat(log.thrown())
        .singleElement()
        .satisfies(place ->
            assertThat(place.getStackTrace()[0].getMethodName())
                .contains("inDebugModeAResourceThatIsNotClosedIsReportedWithItsPlace"));
  }
}
