package jasyncio.net;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import jasyncio.LoopConfig;
import jasyncio.parity.Parity;
import jasyncio.spi.IoDriver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@Parity("RAW-01")
class ChannelWatcherTest {
  /// A driver that holds up the selector's thread each time that it has handed something over.
  private static final class Holding implements IoDriver {
    private final Semaphore woken = new Semaphore(0);
    final Semaphore held = new Semaphore(0);
    final Semaphore letGo = new Semaphore(0);
    volatile @Nullable Thread selector;

    @Override
    public void wake() {
      woken.release();
      Thread poster = Thread.currentThread();
      if (poster.getName().equals("jasyncio-selector")) {
        selector = poster;
        held.release();
        letGo.acquireUninterruptibly();
      }
    }

    @Override
    public void poll(long maxNanos, Inbox inbox) {
      if (!inbox.isEmpty()) {
        return;
      }
      try {
        boolean _ = woken.tryAcquire(maxNanos, TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void close() {}
  }

  private static Pipe open(List<Pipe> pipes) throws IOException {
    Pipe pipe = Pipe.open();
    pipe.source().configureBlocking(false);
    pipes.add(pipe);
    return pipe;
  }

  private static void fill(Pipe pipe) throws IOException {
    pipe.sink().write(ByteBuffer.wrap(new byte[1]));
  }

  /// Its thread used to end with a `ConcurrentModificationException`: the loop clears what the
  /// selector has found when it closes it, while the thread went through that.
  @Test
  void aLoopCanEndWhileItsSelectorTellsWhatItHasFound() throws Exception {
    Holding driver = new Holding();
    List<Throwable> uncaught = new CopyOnWriteArrayList<>();
    List<Pipe> pipes = new ArrayList<>();
    var before = Thread.getDefaultUncaughtExceptionHandler();
    Thread.setDefaultUncaughtExceptionHandler((_, failure) -> uncaught.add(failure));
    try {
      run(
          async(() -> {
            Pipe one = open(pipes);
            Pipe two = open(pipes);
            Pipe first = open(pipes);
            Sockets.addReader(one.source(), () -> {});
            Sockets.addReader(two.source(), () -> {});
            boolean[] told = new boolean[1];
            Sockets.addReader(
                first.source(),
                () -> {
                  told[0] = true;
                  Sockets.removeReader(first.source());
                });
            fill(first);
            driver.held.acquire(); // so the other two are watched already
            while (!told[0]) {
              await(sleep(seconds(0)));
            }
            fill(one); // both are found by the next look
            fill(two);
            driver.letGo.release();
            driver.held.acquire(); // it has told of one of them
          }),
          LoopConfig.defaults().withDriver((_, _) -> driver));
      driver.letGo.release(10);
      Thread selector = driver.selector;
      assertThat(selector).isNotNull();
      selector.join();
    } finally {
      Thread.setDefaultUncaughtExceptionHandler(before);
      for (Pipe pipe : pipes) {
        pipe.source().close();
        pipe.sink().close();
      }
    }
    assertThat(uncaught).isEmpty();
  }
}
