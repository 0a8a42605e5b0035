package jasyncio.net.testing;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static jasyncio.net.Net.openConnection;
import static jasyncio.net.Net.startServer;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.AsyncAction;
import jasyncio.LoopConfig;
import jasyncio.Task;
import jasyncio.net.ConnectionResetError;
import jasyncio.net.Streams;
import org.junit.jupiter.api.Test;

class ScriptedPeerTest {
  private static void onVirtualTime(AsyncAction body) {
    run(async(body), LoopConfig.defaults().withVirtualTime());
  }

  @Test
  void itDoesWhatTheScriptSays() {
    onVirtualTime(() -> {
      ScriptedPeer peer =
          ScriptedPeer.create()
              .expect("PING\r\n")
              .pause(seconds(3))
              .send("PONG\r\n")
              .expectEnd()
              .end();
      Streams streams = await(peer.connect());
      streams.writer().write("PING\r\n");
      assertThat(await(streams.reader().readLine())).startsWith("PONG");
      assertThat(getRunningLoop().time().seconds()).isEqualTo(3);
      streams.writer().writeEof();
      assertThat(await(streams.reader().read())).isEmpty();
      await(peer.done());
      streams.close();
    });
  }

  @Test
  void itSaysWhichStepWasNotMet() {
    onVirtualTime(() -> {
      ScriptedPeer peer = ScriptedPeer.create().expect("A").expect("PING\r\n");
      try (Streams streams = await(peer.connect())) {
        streams.writer().write("APONG\r\n");
        assertThatThrownBy(() -> await(peer.done()))
            .isInstanceOf(AssertionError.class)
            .hasMessage("step 2 of the script expects \"PING\\r\\n\", got \"PONG\\r\\n\"");
      }
      ScriptedPeer cut = ScriptedPeer.create().expect("PING");
      try (Streams streams = await(cut.connect())) {
        streams.writer().write("PI");
        streams.writer().writeEof();
        assertThatThrownBy(() -> await(cut.done()))
            .hasMessage("step 1 of the script expects \"PING\", got \"PI\", and then the end");
      }
    });
  }

  @Test
  void itResetsTheConnection() {
    onVirtualTime(() -> {
      ScriptedPeer peer = ScriptedPeer.create().expect("x").reset();
      try (Streams streams = await(peer.connect())) {
        streams.writer().write("x");
        assertThatThrownBy(() -> await(streams.reader().read()))
            .isInstanceOf(ConnectionResetError.class);
        await(peer.done());
      }
    });
  }

  @Test
  void itAnswersAtARealPortToo() {
    run(() -> {
      ScriptedPeer peer = ScriptedPeer.create().send("hello").close();
      try (var server = await(startServer(peer, "127.0.0.1", 0));
          Streams streams = await(openConnection("127.0.0.1", server.port()))) {
        assertThat(new String(await(streams.reader().read()), UTF_8)).isEqualTo("hello");
        await(peer.done());
      }
    });
  }

  @Test
  void streamsInMemoryAreAsThoseOfASocket() {
    onVirtualTime(() -> {
      try (MemoryStreams both = await(MemoryStreams.open())) {
        both.client().writer().write(new byte[1_000_000]);
        Task<?> draining = createTask(both.client().writer().drain());
        await(sleep(seconds(1)));
        assertThat(draining.done()).as("nobody reads").isFalse();
        assertThat(await(both.server().reader().readExactly(1_000_000))).hasSize(1_000_000);
        await(draining);
        both.client().writer().writeEof();
        assertThat(await(both.server().reader().read())).isEmpty();
        both.server().writer().write("still here");
        assertThat(await(both.client().reader().readExactly(10))).hasSize(10);
        both.server().close();
        assertThat(await(both.client().reader().read())).isEmpty();
        await(both.server().writer().waitClosed());
      }
    });
  }
}
