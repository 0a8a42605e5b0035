package jasyncio.net;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.gather;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.runCoroutineThreadsafe;
import static jasyncio.Asyncio.sleep;
import static jasyncio.net.EchoTest.ECHO;
import static jasyncio.net.EchoTest.ascii;
import static jasyncio.net.Net.openConnection;
import static jasyncio.net.Net.startServer;
import static org.assertj.core.api.Assertions.assertThat;

import jasyncio.Coroutine;
import jasyncio.EventLoop;
import jasyncio.parity.Parity;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/// Loops one after the other, beside each other, and used by several threads.
@Parity("LCY-14")
class LoopsTest {
  private static Coroutine<String> ask(int port, String question) {
    return async(() -> {
      try (var streams = await(openConnection("127.0.0.1", port))) {
        streams.writer().write(ascii(question));
        streams.writer().writeEof();
        return new String(await(streams.reader().read()), StandardCharsets.US_ASCII);
      }
    });
  }

  private static String echo(String text) {
    return run(() -> {
      try (var server = await(startServer(ECHO, "127.0.0.1", 0))) {
        return await(ask(server.port(), text));
      }
    });
  }

  @Test
  void runCanBeCalledAgain() {
    for (int i = 0; i < 20; i++) {
      assertThat(echo("round " + i)).isEqualTo("round " + i);
    }
  }

  @Test
  void twoLoopsInTwoThreadsTalkToEachOther() throws Exception {
    CompletableFuture<Integer> port = new CompletableFuture<>();
    CompletableFuture<EventLoop> serverLoop = new CompletableFuture<>();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Thread serving =
        Thread.ofPlatform()
            .start(() -> {
              try {
                run(() -> {
                  try (var server = await(startServer(ECHO, "127.0.0.1", 0))) {
                    var stop = getRunningLoop().<String>createFuture();
                    serverLoop.complete(getRunningLoop());
                    port.complete(server.port());
                    getRunningLoop().setExceptionHandler((_, _) -> stop.setResult("stop"));
                    await(stop);
                  }
                });
              } catch (Throwable t) {
                failure.set(t);
              }
            });
    List<String> answers =
        run(() -> {
          List<Coroutine<String>> clients = new ArrayList<>();
          for (int i = 0; i < 20; i++) {
            clients.add(ask(port.join(), "client " + i));
          }
          return await(gather(clients));
        });
    assertThat(answers).hasSize(20).startsWith("client 0").endsWith("client 19");
    EventLoop other = serverLoop.join();
    other.callSoonThreadsafe(() -> {
      throw new IllegalStateException("wakes the server's handler, which ends it");
    });
    serving.join();
    assertThat(failure.get()).isNull();
  }

  @Test
  void aLoopThatRanInAnotherThreadIsClosedWithItsSockets() throws Exception {
    EventLoop loop = EventLoop.create();
    Thread thread = Thread.ofPlatform().start(loop::runForever);
    Server server = runCoroutineThreadsafe(startServer(ECHO, "127.0.0.1", 0), loop).get();
    int port = runCoroutineThreadsafe(() -> server.port(), loop).get();
    assertThat(runCoroutineThreadsafe(ask(port, "hello"), loop).get()).isEqualTo("hello");
    loop.callSoonThreadsafe(loop::stop);
    thread.join();
    loop.close();
    loop.close();
  }

  @Test
  void aLoopCanBeRunByOneThreadAfterTheOther() throws Exception {
    try (EventLoop loop = EventLoop.create()) {
      int[] port = new int[1];
      Thread first =
          Thread.ofPlatform()
              .start(
                  () -> port[0] = loop.runUntilComplete(startServer(ECHO, "127.0.0.1", 0)).port());
      first.join();
      assertThat(loop.<String>runUntilComplete(ask(port[0], "again"))).isEqualTo("again");
    }
  }

  @Test
  void connectionsCanBeUsedWhileTheLoopDoesNotRun() {
    try (EventLoop loop = EventLoop.create()) {
      Server server = loop.runUntilComplete(startServer(ECHO, "127.0.0.1", 0));
      Streams streams = loop.runUntilComplete(openConnection("127.0.0.1", server.port()));
      streams.writer().write(ascii("between"));
      streams.writer().writeEof();
      assertThat(loop.<byte[]>runUntilComplete(streams.reader().read()))
          .asString()
          .isEqualTo("between");
      streams.close();
      server.close();
      loop.runUntilComplete(server.waitClosed());
    }
  }

  /// Threads and the loop take turns, so the loop is about to wait whenever work is handed over: a
  /// wake-up that got lost would stop one of them for good.
  @Test
  @Parity("SCH-02")
  void whatOtherThreadsHandOverIsNeverLost() throws Exception {
    int threads = 3;
    int rounds = 2_000;
    AtomicInteger count = new AtomicInteger();
    run(() -> {
      EventLoop loop = getRunningLoop();
      var ended = loop.<Boolean>createFuture();
      CountDownLatch left = new CountDownLatch(threads);
      try (var server = await(startServer(ECHO, "127.0.0.1", 0))) {
        for (int i = 0; i < threads; i++) {
          Thread.ofPlatform()
              .start(() -> {
                for (int round = 0; round < rounds; round++) {
                  CompletableFuture<Integer> done = new CompletableFuture<>();
                  loop.callSoonThreadsafe(() -> done.complete(count.incrementAndGet()));
                  done.join();
                }
                left.countDown();
                if (left.getCount() == 0) {
                  loop.callSoonThreadsafe(() -> {
                    if (!ended.done()) {
                      ended.setResult(true);
                    }
                  });
                }
              });
        }
        // Between them, sockets and timers wake the loop too.
        while (!ended.done()) {
          await(ask(server.port(), "x"));
          await(sleep(millis(1)));
        }
      }
    });
    assertThat(count).hasValue(threads * rounds);
  }

  @Test
  void manyThreadsMayHandOverAtOnce() {
    int threads = 4;
    int each = 5_000;
    List<Integer> seen = new ArrayList<>();
    run(() -> {
      EventLoop loop = getRunningLoop();
      await(ask(await(startServer(ECHO, "127.0.0.1", 0)).port(), "x"));
      var all = loop.<Boolean>createFuture();
      for (int i = 0; i < threads; i++) {
        int base = i * each;
        Thread.ofPlatform()
            .start(() -> {
              for (int n = 0; n < each; n++) {
                int number = base + n;
                loop.callSoonThreadsafe(() -> {
                  seen.add(number);
                  if (seen.size() == threads * each) {
                    all.setResult(true);
                  }
                });
              }
            });
      }
      await(all);
    });
    for (int i = 0; i < threads; i++) {
      int base = i * each;
      assertThat(seen.stream().filter(n -> n >= base && n < base + each)).isSorted();
    }
    assertThat(seen).hasSize(threads * each).doesNotHaveDuplicates();
  }

  /// Waits are rounded so that the loop does not spin through the last part of a millisecond.
  @Test
  void aTimerDoesNotMakeTheLoopSpin() {
    run(() -> {
      await(ask(await(startServer(ECHO, "127.0.0.1", 0)).port(), "x"));
      await(sleep(millis(1)));
      long turn = getRunningLoop().turn();
      for (int i = 0; i < 5; i++) {
        await(sleep(millis(2)));
      }
      assertThat(getRunningLoop().turn() - turn).isLessThan(5 * 6);
    });
  }

  @Test
  void handingOverToALoopThatClosesEitherWorksOrIsTurnedDown() throws Exception {
    for (int i = 0; i < 50; i++) {
      EventLoop loop = EventLoop.create();
      loop.runUntilComplete(startServer(ECHO, "127.0.0.1", 0));
      AtomicInteger ran = new AtomicInteger();
      AtomicInteger refused = new AtomicInteger();
      Thread poster =
          Thread.ofPlatform()
              .start(() -> {
                for (int n = 0; n < 200; n++) {
                  try {
                    loop.callSoonThreadsafe(ran::incrementAndGet);
                  } catch (IllegalStateException e) {
                    refused.incrementAndGet();
                    assertThat(e).hasMessage("Event loop is closed");
                  }
                }
              });
      loop.close();
      poster.join();
      assertThat(ran.get() + refused.get()).isLessThanOrEqualTo(200);
      assertThat(loop.isClosed()).isTrue();
    }
  }
}
