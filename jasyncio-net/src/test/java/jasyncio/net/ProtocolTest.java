package jasyncio.net;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.currentTask;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static jasyncio.net.EchoTest.ECHO;
import static jasyncio.net.EchoTest.ascii;
import static jasyncio.net.Listening.turns;
import static jasyncio.net.Net.createConnection;
import static jasyncio.net.Net.createServer;
import static jasyncio.net.Net.openConnection;
import static jasyncio.net.Net.startServer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.ContextVar;
import jasyncio.ExceptionContext;
import jasyncio.net.Listening.Echo;
import jasyncio.parity.Parity;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

@Parity({"CON-01", "SRV-01"})
class ProtocolTest {
  // ---- order ----

  @Test
  @Parity({"PRO-01", "PRO-03", "TRA-01", "TRA-10"})
  void aProtocolIsToldEverythingInOrderAndOnce() {
    run(() -> {
      try (var listening = new Listening<>(Recorder::new)) {
        var connection =
            await(createConnection(Recorder::new, "127.0.0.1", listening.server.port()));
        Recorder client = connection.protocol();
        assertThat(client.calls).containsExactly("made");
        assertThat(client.transport()).isSameAs(connection.transport());
        connection.transport().write(ascii("hello"));
        connection.close();
        connection.close();
        assertThat(client.calls).as("never from inside close()").containsExactly("made");
        assertThat(client.untilLost()).isNull();
        Recorder server = listening.client(0);
        assertThat(server.untilLost()).isNull();
        assertThat(server.calls).containsExactly("made", "data", "eof", "lost");
        assertThat(server.text()).isEqualTo("hello");
        assertThat(client.calls).containsExactly("made", "lost");
        assertThat(client.transport().isClosing()).isTrue();
        turns(20);
        assertThat(server.calls).hasSize(4);
      }
    });
  }

  @Test
  @Parity({"PRO-03", "TRA-05"})
  void aProtocolThatKeepsTheConnectionHalfOpenGoesOnWriting() {
    run(() -> {
      try (var listening = new Listening<>(Recorder::new)) {
        Recorder client = listening.connect();
        Recorder server = listening.client(0);
        server.keepsHalfOpen = true;
        assertThat(client.transport().canWriteEof()).isTrue();
        client.transport().write(ascii("question"));
        client.transport().writeEof();
        assertThatThrownBy(() -> client.transport().write(ascii("x")))
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("Cannot call write() after write_eof()");
        server.untilTold("eof");
        turns(20);
        assertThat(server.calls).doesNotContain("lost");
        assertThat(server.transport().isClosing()).isFalse();
        server.transport().write(ascii("answer"));
        server.transport().close();
        assertThat(client.untilLost()).isNull();
        assertThat(client.text()).isEqualTo("answer");
        assertThat(server.text()).isEqualTo("question");
        assertThat(server.untilLost()).isNull();
      }
    });
  }

  @Test
  void bytesThatComeOneByOneAllArriveInOrder() {
    byte[] data = new byte[2_000];
    new Random(3).nextBytes(data);
    run(() -> {
      try (var listening = new Listening<>(Echo::new)) {
        Recorder client = listening.connect();
        for (int i = 0; i < data.length; i++) {
          client.transport().write(data, i, 1);
          if (i % 3 == 0) {
            await(sleep(seconds(0)));
          }
        }
        client.untilReceived(data.length);
        assertThat(client.received.toByteArray()).isEqualTo(data);
        client.transport().close();
        client.untilLost();
        listening.client(0).untilLost();
      }
    });
  }

  // ---- callbacks are the loop's ----

  @Test
  void callbacksBelongToNoTaskAndHaveTheContextOfWhoMadeTheConnection() {
    ContextVar<String> name = ContextVar.withDefault("name", "nobody");
    List<String> seen = new ArrayList<>();
    run(() -> {
      class Curious extends Recorder {
        @Override
        void note(String call) {
          seen.add(call + " " + name.get() + " " + currentTask());
          super.note(call);
        }
      }
      try (var listening = new Listening<>(Recorder::new)) {
        name.set("client");
        Curious client =
            await(createConnection(Curious::new, "127.0.0.1", listening.server.port())).protocol();
        name.set("changed");
        listening.client(0).transport().write(ascii("x"));
        client.untilReceived(1);
        client.transport().close();
        client.untilLost();
      }
    });
    assertThat(seen).containsExactly("made client null", "data client null", "lost client null");
  }

  @Test
  void aCallbackCannotAwait() {
    List<ExceptionContext> reports = new ArrayList<>();
    run(() -> {
      getRunningLoop().setExceptionHandler((_, context) -> reports.add(context));
      class Waiting extends Recorder {
        @Override
        public void dataReceived(ByteBuffer data) {
          await(sleep(seconds(0)));
        }
      }
      try (var listening = new Listening<>(Waiting::new)) {
        Recorder client = listening.connect();
        client.transport().write(ascii("x"));
        client.untilLost();
        assertThat(listening.client(0).untilLost()).isInstanceOf(IllegalStateException.class);
      }
    });
    assertThat(reports).hasSize(1);
    assertThat(reports.getFirst().exception()).hasMessageContaining("await");
  }

  // ---- what goes wrong ----

  @Test
  @Parity("PRO-07")
  void whatDataReceivedThrowsIsReportedAndClosesTheConnection() {
    List<ExceptionContext> reports = new ArrayList<>();
    RuntimeException bug = new RuntimeException("bug");
    run(() -> {
      getRunningLoop().setExceptionHandler((_, context) -> reports.add(context));
      class Failing extends Recorder {
        @Override
        public void dataReceived(ByteBuffer data) {
          note("data");
          throw bug;
        }
      }
      try (var listening = new Listening<>(Failing::new)) {
        Recorder client = listening.connect();
        client.transport().write(ascii("x"));
        assertThat(listening.client(0).untilLost()).isSameAs(bug);
        assertThat(listening.client(0).calls).containsExactly("made", "data", "lost");
        client.untilLost();
      }
    });
    assertThat(reports).hasSize(1);
    assertThat(reports.getFirst().message())
        .isEqualTo("Fatal error: protocol.data_received() call failed.");
    assertThat(reports.getFirst().exception()).isSameAs(bug);
    assertThat(reports.getFirst().details()).containsKeys("transport", "protocol");
  }

  @Test
  @Parity("PRO-07")
  void whatTheOtherCallbacksThrowIsReported() {
    List<String> reports = new ArrayList<>();
    run(() -> {
      getRunningLoop().setExceptionHandler((_, context) -> reports.add(context.message()));
      class Failing extends Recorder {
        @Override
        void note(String call) {
          super.note(call);
          throw new IllegalArgumentException(call);
        }
      }
      try (var listening = new Listening<>(Failing::new)) {
        Recorder client = listening.connect();
        client.transport().writeEof();
        client.untilLost();
        Recorder server = listening.clients.getFirst();
        while (!server.calls.contains("lost")) {
          await(sleep(seconds(0)));
        }
        assertThat(server.calls).containsExactly("made", "eof", "lost");
      }
    });
    assertThat(reports)
        .containsExactly(
            "Exception in callback protocol.connection_made()",
            "Fatal error: protocol.eof_received() call failed.",
            "Exception in callback protocol.connection_lost()");
  }

  @Test
  @Parity("CON-01")
  void whatAFactoryThrowsComesOutOfCreateConnection() {
    IllegalStateException bug = new IllegalStateException("no protocol today");
    run(() -> {
      try (var server = await(startServer(ECHO, "127.0.0.1", 0))) {
        assertThatThrownBy(() ->
                await(
                    createConnection(
                        () -> {
                          throw bug;
                        },
                        "127.0.0.1",
                        server.port())))
            .isSameAs(bug);
        server.close();
        await(server.waitClosed());
      }
    });
  }

  @Test
  @Parity("SRV-01")
  void whatTheFactoryOfAServerThrowsIsReportedAndTheServerServesOn() {
    List<ExceptionContext> reports = new ArrayList<>();
    run(() -> {
      getRunningLoop().setExceptionHandler((_, context) -> reports.add(context));
      boolean[] works = new boolean[1];
      try (var server =
          await(
              createServer(
                  () -> {
                    if (!works[0]) {
                      throw new IllegalStateException("not yet");
                    }
                    return new Echo();
                  },
                  "127.0.0.1",
                  0))) {
        try (var streams = await(openConnection("127.0.0.1", server.port()))) {
          assertThatThrownBy(
                  () -> {
                    if (await(streams.reader().read(1), ConnectionError.class).length == 0) {
                      throw new ConnectionResetError("end", null, 0, null); // that will do as well
                    }
                  })
              .isInstanceOf(ConnectionError.class);
        }
        works[0] = true;
        try (var streams = await(openConnection("127.0.0.1", server.port()))) {
          streams.writer().write(ascii("x"));
          assertThat(await(streams.reader().readExactly(1))).isEqualTo(ascii("x"));
        }
        server.close();
        await(server.waitClosed());
      }
    });
    assertThat(reports).hasSize(1);
    assertThat(reports.getFirst().message())
        .isEqualTo("Error on transport creation for incoming connection");
  }

  @Test
  @Parity({"PRO-01", "TRA-06"})
  void abortDropsWhatIsNotSentAndThePeerSeesAReset() {
    run(() -> {
      try (var listening = new Listening<>(Recorder::new)) {
        Recorder client = listening.connect();
        Recorder server = listening.client(0);
        server.transport().pauseReading();
        client.transport().write(new byte[32 * 1024 * 1024]);
        client.transport().abort();
        assertThat(client.transport().isClosing()).isTrue();
        assertThat(client.transport().isReading()).isFalse();
        assertThat(client.calls).doesNotContain("lost");
        assertThat(client.untilLost()).isNull();
        server.transport().resumeReading();
        server.untilLost();
        assertThat(server.received.size()).isLessThan(32 * 1024 * 1024);
      }
    });
  }

  @Test
  @Parity("PRO-01")
  void aResetConnectionEndsWithAnError() throws Exception {
    try (var listening =
        new java.net.ServerSocket(0, 5, java.net.InetAddress.getLoopbackAddress())) {
      run(() -> {
        Recorder client =
            await(createConnection(Recorder::new, "127.0.0.1", listening.getLocalPort()))
                .protocol();
        try (var peer = listening.accept()) {
          peer.getOutputStream().write(ascii("before"));
          client.untilReceived(6);
          peer.setSoLinger(true, 0);
        }
        assertThat(client.untilLost()).isInstanceOf(ConnectionResetError.class);
        assertThat(client.calls).containsExactly("made", "data", "lost");
      });
    }
  }
}
