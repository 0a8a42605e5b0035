package jasyncio.net;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static jasyncio.net.EchoTest.ECHO;
import static jasyncio.net.EchoTest.ascii;
import static jasyncio.net.Net.openConnection;
import static jasyncio.net.Net.startServer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.CancelledError;
import jasyncio.ContextVar;
import jasyncio.ExceptionContext;
import jasyncio.Future;
import jasyncio.Task;
import jasyncio.parity.Parity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@Parity("SRV-01")
class ServerTest {
  private static void turns(int n) {
    for (int i = 0; i < n; i++) {
      await(sleep(seconds(0)));
    }
  }

  // ---- handlers ----

  @Test
  @Parity("STR-02")
  void whatAHandlerThrowsIsReportedAndClosesTheConnection() {
    List<ExceptionContext> reports = new ArrayList<>();
    RuntimeException bug = new RuntimeException("bug");
    run(() -> {
      getRunningLoop().setExceptionHandler((_, context) -> reports.add(context));
      ClientHandler failing =
          (_, _) -> {
            throw bug;
          };
      try (var server = await(startServer(failing, "127.0.0.1", 0));
          var streams = await(openConnection("127.0.0.1", server.port()))) {
        assertThat(await(streams.reader().read())).isEmpty();
      }
    });
    assertThat(reports).hasSize(1);
    assertThat(reports.getFirst().message())
        .isEqualTo("Unhandled exception in client_connected_cb");
    assertThat(reports.getFirst().exception()).isSameAs(bug);
    assertThat(reports.getFirst().details()).containsKey("transport");
  }

  @Test
  void aHandlerThatIsCancelledClosesTheConnectionWithoutAReport() {
    run(() -> {
      Future<Task<?>> serving = getRunningLoop().createFuture();
      ClientHandler waiting =
          (reader, _) -> {
            serving.setResult(jasyncio.Asyncio.currentTask());
            await(reader.read());
          };
      try (var server = await(startServer(waiting, "127.0.0.1", 0));
          var streams = await(openConnection("127.0.0.1", server.port()))) {
        await(serving).cancel();
        assertThat(await(streams.reader().read())).isEmpty();
      }
    });
  }

  @Test
  void aConnectionThatIsKeptOpenOutlivesItsHandler() {
    run(() -> {
      List<StreamWriter> writers = new ArrayList<>();
      ClientHandler keeping =
          (_, writer) -> {
            writer.keepOpen();
            writers.add(writer);
          };
      try (var server = await(startServer(keeping, "127.0.0.1", 0));
          var streams = await(openConnection("127.0.0.1", server.port()))) {
        while (writers.isEmpty()) {
          await(sleep(seconds(0)));
        }
        turns(20);
        writers.getFirst().write(ascii("later"));
        writers.getFirst().close();
        assertThat(await(streams.reader().read())).isEqualTo(ascii("later"));
      }
    });
  }

  @Test
  void aHandlerSeesTheContextVariablesOfWhoStartedTheServer() {
    ContextVar<String> name = ContextVar.withDefault("name", "nobody");
    run(() -> {
      name.set("server");
      ClientHandler tell =
          (_, writer) -> {
            writer.write(ascii(name.get()));
            name.set("handler");
            writer.close();
          };
      try (var server = await(startServer(tell, "127.0.0.1", 0))) {
        name.set("client");
        for (int i = 0; i < 3; i++) {
          try (var streams = await(openConnection("127.0.0.1", server.port()))) {
            assertThat(await(streams.reader().read())).isEqualTo(ascii("server"));
          }
        }
        assertThat(name.get()).isEqualTo("client");
      }
    });
  }

  // ---- ending ----

  @Test
  @Parity("SRV-04")
  void aClosedServerRefusesNewConnectionsAndKeepsTheOldOnes() {
    run(() -> {
      Server server = await(startServer(ECHO, "127.0.0.1", 0));
      int port = server.port();
      try (var streams = await(openConnection("127.0.0.1", port))) {
        streams.writer().write(ascii("a"));
        await(streams.reader().readExactly(1));
        server.close();
        server.close();
        assertThat(server.isServing()).isFalse();
        assertThat(server.addresses()).isEmpty();
        assertThatThrownBy(server::port)
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("server <Server sockets=[]> is closed");
        assertThatThrownBy(() -> await(openConnection("127.0.0.1", port)))
            .isInstanceOf(ConnectionRefusedError.class);
        streams.writer().write(ascii("b"));
        assertThat(await(streams.reader().readExactly(1))).isEqualTo(ascii("b"));
      }
    });
  }

  @Test
  @Parity("SRV-06")
  void waitClosedWaitsForTheServerAndForItsConnections() {
    run(() -> {
      Server server = await(startServer(ECHO, "127.0.0.1", 0));
      Task<@Nullable Void> waiting = createTask(server.waitClosed());
      var streams = await(openConnection("127.0.0.1", server.port()));
      streams.writer().write(ascii("a"));
      await(streams.reader().readExactly(1));
      server.close();
      turns(50);
      assertThat(waiting.done()).isFalse();
      streams.close();
      await(waiting);
      await(server.waitClosed());
    });
  }

  @Test
  void waitClosedOfAnOpenServerWithoutConnectionsWaits() {
    run(() -> {
      Server server = await(startServer(ECHO, "127.0.0.1", 0));
      Task<@Nullable Void> waiting = createTask(server.waitClosed());
      turns(50);
      assertThat(waiting.done()).isFalse();
      server.close();
      await(waiting);
    });
  }

  @Test
  @Parity("SRV-05")
  void closeClientsSendsWhatIsWrittenAndAbortClientsDoesNotWait() {
    run(() -> {
      ClientHandler greet =
          (reader, writer) -> {
            writer.write(ascii("hello"));
            await(reader.read());
          };
      Server server = await(startServer(greet, "127.0.0.1", 0));
      var first = await(openConnection("127.0.0.1", server.port()));
      assertThat(await(first.reader().readExactly(5))).isEqualTo(ascii("hello"));
      server.close();
      server.closeClients();
      assertThat(await(first.reader().read())).isEmpty();
      await(server.waitClosed());
      first.close();

      Server other = await(startServer(greet, "127.0.0.1", 0));
      var second = await(openConnection("127.0.0.1", other.port()));
      assertThat(await(second.reader().readExactly(5))).isEqualTo(ascii("hello"));
      other.close();
      other.abortClients();
      await(other.waitClosed());
      second.close();
    });
  }

  // ---- serving ----

  @Test
  @Parity("SRV-07")
  void serveForeverServesUntilItIsCancelledAndThenWaitsForItsConnections() {
    run(() -> {
      Server server = await(startServer(ECHO, "127.0.0.1", 0));
      int port = server.port();
      Task<@Nullable Void> serving = createTask(server.serveForever());
      var streams = await(openConnection("127.0.0.1", port));
      streams.writer().write(ascii("a"));
      await(streams.reader().readExactly(1));
      assertThatThrownBy(() -> await(server.serveForever()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("is already being awaited on serve_forever()");
      serving.cancel();
      turns(50);
      assertThat(server.isServing()).isFalse();
      assertThat(serving.done()).isFalse();
      streams.close();
      assertThatThrownBy(() -> await(serving)).isInstanceOf(CancelledError.class);
      assertThatThrownBy(() -> await(server.serveForever()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("server <Server sockets=[]> is closed");
    });
  }

  @Test
  void closingTheServerEndsServeForever() {
    run(() -> {
      Server server = await(startServer(ECHO, "127.0.0.1", 0));
      Task<@Nullable Void> serving = createTask(server.serveForever());
      turns(2);
      server.close();
      assertThatThrownBy(() -> await(serving)).isInstanceOf(CancelledError.class);
    });
  }

  @Test
  @Parity("SRV-07")
  void aServerNeedNotServeFromTheBeginning() {
    run(() -> {
      ServerOptions later = ServerOptions.defaults().withStartServing(false);
      try (var server = await(startServer(ECHO, "127.0.0.1", 0, later))) {
        assertThat(server.isServing()).isFalse();
        try (var streams = await(openConnection("127.0.0.1", server.port()))) {
          streams.writer().write(ascii("x"));
          Task<byte[]> answer = createTask(streams.reader().readExactly(1));
          turns(50);
          assertThat(answer.done()).isFalse();
          await(server.startServing());
          await(server.startServing());
          assertThat(server.isServing()).isTrue();
          assertThat(await(answer)).isEqualTo(ascii("x"));
        }
      }
    });
  }

  // ---- addresses ----

  @Test
  void aPortThatIsTakenIsNamed() {
    run(() -> {
      try (var server = await(startServer(ECHO, "127.0.0.1", 0))) {
        int port = server.port();
        assertThatThrownBy(() -> await(startServer(ECHO, "127.0.0.1", port)))
            .isInstanceOf(IOException.class)
            .hasMessageStartingWith(
                "error while attempting to bind on address ('127.0.0.1', " + port + "): ")
            .hasMessageContaining("Address already in use");
      }
    });
  }

  @Test
  void noHostMeansAllInterfaces() {
    run(() -> {
      try (var server = await(startServer(ECHO, null, 0));
          var streams = await(openConnection("localhost", server.port()))) {
        streams.writer().write(ascii("x"));
        assertThat(await(streams.reader().readExactly(1))).isEqualTo(ascii("x"));
      }
    });
  }

  @Test
  void aWrongLimitShowsWhenTheServerStarts() {
    run(() -> {
      assertThatThrownBy(
              () -> await(startServer(ECHO, "127.0.0.1", 0, ServerOptions.defaults().withLimit(0))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("Limit cannot be <= 0");
    });
  }

  @Test
  @Parity("DBG-06")
  void whatTheProgramLeavesOpenIsClosedWithTheLoop() {
    run(() -> {
      Server server = await(startServer((reader, _) -> await(reader.read()), "127.0.0.1", 0));
      for (int i = 0; i < 10; i++) {
        var streams = await(openConnection("127.0.0.1", server.port()));
        streams.writer().write(new byte[100_000]);
      }
      createTask(server.serveForever());
      turns(20);
    });
  }
}
