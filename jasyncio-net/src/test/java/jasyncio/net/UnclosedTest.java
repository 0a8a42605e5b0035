package jasyncio.net;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.sleep;
import static jasyncio.Asyncio.toThread;
import static jasyncio.net.EchoTest.ascii;
import static jasyncio.net.Net.openConnection;
import static jasyncio.net.Net.startServer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.Future;
import jasyncio.Task;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Connections that their program has not closed.
@Timeout(30)
class UnclosedTest {
  @Test
  void aConnectionIsClosedWhenItsHandlerReturns() {
    run(() -> {
      ClientHandler forgetful = (reader, writer) -> writer.write(await(reader.readLineBytes()));
      try (Server server = await(startServer(forgetful, "127.0.0.1", 0));
          Streams streams = await(openConnection("127.0.0.1", server.port()))) {
        streams.writer().write(ascii("hello\n"));
        assertThat(await(streams.reader().read())).isEqualTo(ascii("hello\n"));
        streams.close();
        server.close();
        await(server.waitClosed());
      }
    });
  }

  @Test
  void inDebugModeThatIsLogged() {
    run(() -> {
      getRunningLoop().setDebug(true);
      ClientHandler forgetful = (_, _) -> {};
      try (Server server = await(startServer(forgetful, "127.0.0.1", 0));
          Streams streams = await(openConnection("127.0.0.1", server.port()))) {
        assertThat(await(streams.reader().read())).isEmpty();
      }
    });
    assertThat(NothingLeaks.expectComplaints("unclosed "))
        .singleElement()
        .asString()
        .contains("has returned, so it is closed now")
        .contains("writer.keepOpen()");
  }

  @Test
  void aHandlerCanHandItsConnectionOn() {
    run(() -> {
      List<Task<?>> others = new ArrayList<>();
      ClientHandler generous =
          (reader, writer) -> {
            writer.keepOpen();
            others.add(createTask(async(() -> EchoTest.ECHO.handle(reader, writer))));
          };
      try (Server server = await(startServer(generous, "127.0.0.1", 0));
          Streams streams = await(openConnection("127.0.0.1", server.port()))) {
        for (int i = 0; i < 3; i++) {
          streams.writer().write(ascii("hello\n"));
          assertThat(await(streams.reader().readLineBytes())).isEqualTo(ascii("hello\n"));
        }
        streams.writer().writeEof();
        assertThat(await(streams.reader().read())).isEmpty();
        await(others.getFirst());
      }
    });
  }

  @Test
  void whoeverReadsOnWithoutItIsTold() {
    run(() -> {
      List<Task<byte[]>> others = new ArrayList<>();
      ClientHandler careless = (reader, _) -> others.add(createTask(reader.readLineBytes()));
      try (Server server = await(startServer(careless, "127.0.0.1", 0));
          Streams streams = await(openConnection("127.0.0.1", server.port()))) {
        assertThat(await(streams.reader().read())).isEmpty();
        assertThatThrownBy(() -> await(others.getFirst()))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("writer.keepOpen()");
      }
    });
  }

  // ---- dropped ----

  /// Waits until the collector has been noticed.
  private static void collectUntil(Future<?> done) {
    while (!done.done()) {
      System.gc();
      await(sleep(millis(50)));
    }
  }

  private static void connectAndForget(int port) {
    await(openConnection("127.0.0.1", port)).writer().write(ascii("hello"));
  }

  @Test
  void aDroppedClientIsClosed() throws Exception {
    try (ServerSocket listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      run(() -> {
        connectAndForget(listening.getLocalPort());
        Socket peer = await(toThread(() -> listening.accept()));
        Task<byte[]> reading = createTask(toThread(() -> peer.getInputStream().readAllBytes()));
        collectUntil(reading);
        assertThat(await(reading)).isEqualTo(ascii("hello"));
        peer.close();
      });
    }
    assertThat(NothingLeaks.expectComplaints("has dropped its streams")).hasSize(1);
  }

  @Test
  void aConnectionThatWasKeptOpenAndDroppedIsClosed() {
    run(() -> {
      try (Server server = await(startServer((_, writer) -> writer.keepOpen(), "127.0.0.1", 0));
          Streams streams = await(openConnection("127.0.0.1", server.port()))) {
        Task<byte[]> reading = createTask(streams.reader().read());
        collectUntil(reading);
        assertThat(await(reading)).isEmpty();
      }
    });
    assertThat(NothingLeaks.expectComplaints("has dropped its streams")).hasSize(1);
  }

  @Test
  void whoHasOneOfTheStreamsOrWaitsHasNotDroppedTheConnection() throws Exception {
    try (ServerSocket listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      run(() -> {
        StreamReader onlyReader =
            await(openConnection("127.0.0.1", listening.getLocalPort())).reader();
        Socket first = await(toThread(() -> listening.accept()));
        StreamWriter onlyWriter =
            await(openConnection("127.0.0.1", listening.getLocalPort())).writer();
        Socket second = await(toThread(() -> listening.accept()));
        Task<@Nullable Void> onlyWaits =
            createTask(
                async(() -> {
                  await(
                      await(openConnection("127.0.0.1", listening.getLocalPort()))
                          .writer()
                          .waitClosed());
                }));
        Socket third = await(toThread(() -> listening.accept()));
        for (int i = 0; i < 5; i++) { // longer than the loop takes to look
          System.gc();
          await(sleep(millis(300)));
        }
        first.getOutputStream().write(1);
        assertThat(await(onlyReader.readExactly(1))).containsExactly(1);
        onlyWriter.write(new byte[] {2});
        assertThat((int) await(toThread(() -> second.getInputStream().read()))).isEqualTo(2);
        assertThat(onlyWaits.done()).isFalse();
        for (Socket one : List.of(first, second, third)) {
          one.close();
        }
        onlyWriter.close();
        assertThat(await(onlyReader.read())).isEmpty();
        Task<?> end = onlyWaits;
        end.cancel();
        collectUntil(end);
      });
    }
    NothingLeaks.expectComplaints("has dropped its streams"); // of the third, at the end
  }
}
