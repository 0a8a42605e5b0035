package jasyncio.net.netty;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.run;
import static jasyncio.net.Net.openConnection;
import static jasyncio.net.Net.startServer;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.internal.InternalThreadLocalMap;
import jasyncio.Future;
import jasyncio.net.Server;
import jasyncio.net.Streams;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Netty keeps its caches in thread locals. Tasks have thread locals of their own, but write with
/// Netty's caches of the loop's thread.
class NettyThreadLocalsTest {
  private static final boolean THREAD_ENGINE =
      System.getProperty("jasyncio.engine", "").equals("thread");

  private final Set<@Nullable InternalThreadLocalMap> ofTasks =
      Collections.newSetFromMap(new IdentityHashMap<>());

  private void noteMine() {
    InternalThreadLocalMap map = InternalThreadLocalMap.getIfSet();
    if (map != null) {
      ofTasks.add(map);
    }
  }

  @Test
  void taskThatWritesAndDrainsHasNoCachesOfItsOwn() {
    if (THREAD_ENGINE) {
      return; // a task is a thread there
    }
    run(() -> {
      Server server =
          await(
              startServer(
                  (reader, writer) -> {
                    for (int i = 0; i < 100; i++) {
                      writer.write(await(reader.readLineBytes()));
                      await(writer.drain());
                      noteMine();
                    }
                    writer.close();
                  },
                  "127.0.0.1",
                  0));
      int port = ((InetSocketAddress) server.addresses().getFirst()).getPort();
      try (Streams streams = await(openConnection("127.0.0.1", port))) {
        for (int i = 0; i < 100; i++) {
          streams.writer().write(("line " + i + "\n").getBytes(StandardCharsets.US_ASCII));
          assertThat(await(streams.reader().readLineBytes())).isNotEmpty();
        }
      }
      assertThat(ofTasks).isEmpty();
      server.close();
    });
  }

  @Test
  void bridgeEnteredInATaskFindsTheCachesOfTheLoopsThread() {
    FastThreadLocal<String> cache = new FastThreadLocal<>();
    run(() -> {
      Future<@Nullable Void> set = getRunningLoop().createFuture();
      NettyBridge bridge = NettyBridge.current();
      bridge
          .nettyLoop()
          .execute(() -> {
            cache.set("the loop's");
            set.setResult(null);
          });
      await(set);
      boolean entered = bridge.enter();
      assertThat(entered).isNotEqualTo(THREAD_ENGINE);
      assertThat(cache.getIfExists()).isEqualTo(entered ? "the loop's" : null);
      bridge.leave(entered);
      assertThat(cache.getIfExists()).isNull();
    });
  }
}
