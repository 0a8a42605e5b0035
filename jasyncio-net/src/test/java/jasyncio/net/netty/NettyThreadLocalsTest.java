package jasyncio.net.netty;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.run;
import static jasyncio.net.Net.createConnection;
import static jasyncio.net.Net.createDatagramEndpoint;
import static jasyncio.net.Net.openConnection;
import static jasyncio.net.Net.startServer;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.internal.InternalThreadLocalMap;
import jasyncio.AsyncAction;
import jasyncio.Future;
import jasyncio.net.DatagramOptions;
import jasyncio.net.DatagramProtocol;
import jasyncio.net.DatagramTransport;
import jasyncio.net.Protocol;
import jasyncio.net.Server;
import jasyncio.net.Streams;
import jasyncio.net.Transport;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
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

  /// Runs `door` in a task that has not been to Netty before.
  private static void checkDoor(String name, AsyncAction door) {
    await(
        createTask(() -> {
          door.run();
          assertThat(InternalThreadLocalMap.getIfSet()).as(name).isNull();
        }));
  }

  @Test
  void noDoorToNettyLeavesCachesWithATask() {
    if (THREAD_ENGINE) {
      return; // a task is a thread there
    }
    run(() -> {
      Server[] server = new Server[1];
      checkDoor("listen", () -> server[0] = await(startServer((_, _) -> {}, "127.0.0.1", 0)));
      int port = ((InetSocketAddress) server[0].addresses().getFirst()).getPort();
      Transport[] transport = new Transport[1];
      for (String end : List.of("close", "abort")) {
        checkDoor(
            "connect",
            () ->
                transport[0] =
                    await(createConnection(() -> new Protocol() {}, "127.0.0.1", port))
                        .transport());
        checkDoor("pauseReading", transport[0]::pauseReading);
        checkDoor("resumeReading", transport[0]::resumeReading);
        checkDoor("write", () -> transport[0].write(new byte[10]));
        checkDoor("writeEof", transport[0]::writeEof);
        checkDoor(end, end.equals("close") ? transport[0]::close : transport[0]::abort);
      }
      checkDoor("stop listening", server[0]::close);
      await(server[0].waitClosed());

      DatagramTransport[] datagrams = new DatagramTransport[1];
      for (String end : List.of("close", "abort")) {
        checkDoor(
            "bind",
            () ->
                datagrams[0] =
                    await(
                            createDatagramEndpoint(
                                () -> new DatagramProtocol() {},
                                DatagramOptions.local("127.0.0.1", 0)))
                        .transport());
        InetSocketAddress mine = (InetSocketAddress) datagrams[0].getExtraInfo("sockname");
        checkDoor("sendto", () -> datagrams[0].sendto(new byte[10], mine));
        checkDoor("sendto of nothing", () -> datagrams[0].sendto(new byte[0], mine));
        checkDoor(end, end.equals("close") ? datagrams[0]::close : datagrams[0]::abort);
      }
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
