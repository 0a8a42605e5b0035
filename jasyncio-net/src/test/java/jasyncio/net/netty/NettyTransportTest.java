package jasyncio.net.netty;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.epoll.Epoll;
import io.netty.channel.uring.IoUring;
import jasyncio.EventLoop;
import jasyncio.net.Net;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class NettyTransportTest {
  private static final String PROPERTY = "jasyncio.transport";

  private final String given = System.getProperty(PROPERTY);

  @AfterEach
  void giveBackTheProperty() {
    set(given);
  }

  private static void set(String transport) {
    if (transport == null) {
      System.clearProperty(PROPERTY);
    } else {
      System.setProperty(PROPERTY, transport);
    }
  }

  private static Thread platform() {
    return Thread.ofPlatform().unstarted(() -> {});
  }

  private static Thread virtual() {
    return Thread.ofVirtual().unstarted(() -> {});
  }

  @Test
  void theNativeTransportComesFirst() {
    set(null);
    NettyTransport chosen = NettyTransport.select(platform());
    assertThat(chosen.name()).isEqualTo(Epoll.isAvailable() ? "epoll" : "nio");
    assertThat(chosen.reason()).isNotEmpty();
    assertThat(chosen).hasToString(chosen.name() + " (" + chosen.reason() + ")");
  }

  @Test
  void aLoopOnAVirtualThreadGetsTheOneThatParks() {
    set(null);
    NettyTransport chosen = NettyTransport.select(virtual());
    assertThat(chosen.name()).isEqualTo("nio");
    assertThat(chosen.reason()).contains("virtual thread");
  }

  @Test
  void thePropertyDecides() {
    set("nio");
    assertThat(NettyTransport.select(platform())).hasToString("nio (-Djasyncio.transport=nio)");
  }

  @Test
  void whatThePropertyAsksForAndCannotBeHadIsAnError() {
    set("carrier-pigeon");
    assertThatThrownBy(() -> NettyTransport.select(platform()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "-Djasyncio.transport=carrier-pigeon cannot be used: there is no such transport; the"
                + " names are epoll, kqueue, io_uring, nio. Without the property the best one is"
                + " chosen");
    set("kqueue"); // on Linux; elsewhere it is epoll that is missing
    if (Epoll.isAvailable()) {
      assertThatThrownBy(() -> NettyTransport.select(platform()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("-Djasyncio.transport=kqueue cannot be used: ");
    }
    set("epoll");
    assertThatThrownBy(() -> NettyTransport.select(virtual()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("-Djasyncio.transport=epoll cannot be used: ");
  }

  @Test
  void theLoopTellsItsTransport() {
    set("nio");
    String name = run(() -> NettyBridge.current().transport().name());
    assertThat(name).isEqualTo("nio");
  }

  @Test
  @Tag("continuation-engine")
  void everyTransportOfThisMachineEchoesAndIsWoken() {
    for (String transport : new String[] {"nio", "epoll", "io_uring"}) {
      if ((transport.equals("epoll") && !Epoll.isAvailable())
          || (transport.equals("io_uring") && !IoUring.isAvailable())) {
        continue;
      }
      set(transport);
      String answer =
          run(() -> {
            assertThat(NettyBridge.current().transport().name()).isEqualTo(transport);
            handOver(getRunningLoop(), 2_000);
            try (var server =
                    await(
                        Net.startServer(
                            (reader, writer) -> {
                              writer.write(await(reader.read()));
                              writer.close();
                            },
                            "127.0.0.1",
                            0));
                var streams = await(Net.openConnection("127.0.0.1", server.port()))) {
              for (int i = 0; i < 1_000; i++) {
                streams.writer().write(transport, StandardCharsets.US_ASCII);
                await(streams.writer().drain());
              }
              streams.writer().writeEof();
              return new String(await(streams.reader().read()), StandardCharsets.US_ASCII);
            }
          });
      assertThat(answer).isEqualTo(transport.repeat(1_000));
    }
  }

  /// Ping-pong with another thread: the loop is about to wait each time.
  private static void handOver(EventLoop loop, int rounds) {
    var ended = loop.<Boolean>createFuture();
    Thread.ofPlatform()
        .start(() -> {
          for (int i = 0; i < rounds; i++) {
            CompletableFuture<Boolean> done = new CompletableFuture<>();
            loop.callSoonThreadsafe(() -> done.complete(true));
            done.join();
          }
          loop.callSoonThreadsafe(() -> ended.setResult(true));
        });
    await(ended);
  }
}
