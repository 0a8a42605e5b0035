package jasyncio.net;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static jasyncio.Asyncio.waitFor;
import static jasyncio.net.EchoTest.ECHO;
import static jasyncio.net.EchoTest.ascii;
import static jasyncio.net.Net.openConnection;
import static jasyncio.net.Net.startServer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.ChannelInboundHandlerAdapter;
import jasyncio.CancelledError;
import jasyncio.Task;
import jasyncio.TimeoutError;
import jasyncio.net.ConnectionError.Phase;
import jasyncio.net.netty.NettyBridge;
import jasyncio.parity.Parity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@Parity({"CON-01", "STR-01"})
class ConnectTest {
  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /// A port that neither accepts nor refuses: its queue is full.
  private static final class FullPort implements AutoCloseable {
    final ServerSocketChannel listening = ServerSocketChannel.open();
    final List<SocketChannel> queued = new ArrayList<>();
    final int port;

    FullPort() throws IOException {
      listening.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1);
      port = ((InetSocketAddress) listening.getLocalAddress()).getPort();
      for (int i = 0; i < 8; i++) {
        SocketChannel one = SocketChannel.open();
        one.configureBlocking(false);
        one.connect(listening.getLocalAddress());
        queued.add(one);
      }
    }

    @Override
    public void close() throws IOException {
      for (SocketChannel one : queued) {
        one.close();
      }
      listening.close();
    }
  }

  @Test
  void aRefusedConnectionNamesHostPortAndPhase() throws IOException {
    int port = closedPort();
    assertThatThrownBy(() -> run(() -> await(openConnection("127.0.0.1", port))))
        .isInstanceOfSatisfying(
            ConnectionRefusedError.class,
            e -> {
              assertThat(e)
                  .hasMessage(
                      "Connect call failed ('127.0.0.1', %d): Connection refused".formatted(port)
                          + " [127.0.0.1:%d, connecting]".formatted(port));
              assertThat(e.host()).isEqualTo("127.0.0.1");
              assertThat(e.port()).isEqualTo(port);
              assertThat(e.phase()).isEqualTo(Phase.CONNECT);
            });
  }

  @Test
  void anUnknownHostIsNamed() {
    assertThatThrownBy(() -> run(() -> await(openConnection("no.such.host.invalid", 7))))
        .isInstanceOfSatisfying(
            ConnectionError.class,
            e -> {
              assertThat(e)
                  .hasMessage(
                      "Name or service not known: no.such.host.invalid"
                          + " [no.such.host.invalid:7, resolving the name]");
              assertThat(e.phase()).isEqualTo(Phase.RESOLVE);
            });
  }

  @Test
  void aPortThatIsNoneIsTurnedAway() {
    assertThatThrownBy(() -> run(() -> await(openConnection("127.0.0.1", 65_536))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("port must be 0-65535, got 65536 for 127.0.0.1");
    assertThatThrownBy(() -> run(() -> await(startServer(ECHO, "127.0.0.1", -1))))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aConnectionCancelledOnItsWayIsClosed() throws IOException {
    try (FullPort full = new FullPort()) {
      run(() -> {
        Task<Streams> connecting = createTask(openConnection("127.0.0.1", full.port));
        for (int i = 0; i < 20; i++) {
          await(sleep(seconds(0)));
        }
        assertThat(connecting.done()).isFalse();
        connecting.cancel();
        assertThatThrownBy(() -> await(connecting)).isInstanceOf(CancelledError.class);
      });
    }
  }

  @Test
  void aConnectionLeftOnItsWayIsClosedWithTheLoop() throws IOException {
    try (FullPort full = new FullPort()) {
      run(() -> {
        createTask(openConnection("127.0.0.1", full.port));
        for (int i = 0; i < 20; i++) {
          await(sleep(seconds(0)));
        }
      });
    }
  }

  @Test
  void aLookupCancelledOnItsWayIsForgotten() {
    run(() -> {
      Task<Streams> connecting = createTask(openConnection("no.such.host.invalid", 7));
      await(sleep(seconds(0)));
      await(sleep(seconds(0)));
      connecting.cancel();
      assertThatThrownBy(() -> await(connecting)).isInstanceOf(CancelledError.class);
    });
  }

  @Test
  void aTimeoutOfTheBridgeNamesThePhase() throws IOException {
    try (FullPort full = new FullPort()) {
      assertThatThrownBy(() ->
              run(() -> {
                await(
                    NettyBridge.current()
                        .connect(
                            "127.0.0.1",
                            full.port,
                            new ChannelInboundHandlerAdapter(),
                            millis(20)));
              }))
          .isInstanceOf(TimeoutError.class)
          .hasMessage("no connection within PT0.02S [127.0.0.1:" + full.port + ", connecting]");
    }
  }

  @Test
  void waitForGivesUpInTime() throws IOException {
    try (FullPort full = new FullPort()) {
      assertThatThrownBy(() ->
              run(() -> {
                await(waitFor(openConnection("127.0.0.1", full.port), millis(20)));
              }))
          .isInstanceOf(TimeoutError.class);
    }
  }

  @Test
  void aConnectionThatThePeerEndsAtOnceIsStillGivenOut() throws IOException {
    try (ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Thread resetting =
          Thread.ofVirtual()
              .start(() -> {
                for (int i = 0; i < 20; i++) {
                  try (var peer = listening.accept()) {
                    peer.setSoLinger(true, 0);
                  } catch (IOException e) {
                    return;
                  }
                }
              });
      run(() -> {
        for (int i = 0; i < 20; i++) {
          try (var streams =
              await(openConnection("127.0.0.1", listening.getLocalPort()), ConnectionError.class)) {
            assertThatThrownBy(() -> await(streams.reader().read()))
                .isInstanceOf(ConnectionResetError.class);
          } catch (ConnectionError e) {
            assertThat(e).hasMessageContaining("reset"); // before it was even there
          }
        }
      });
      resetting.join();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /// Whatever the turn in which the client is cancelled: everything is closed, nothing is reported,
  /// and the server serves on. That nothing is left is checked after every test.
  @Test
  void aClientCanBeCancelledInAnyTurn() {
    for (int turns = 0; turns < 40; turns++) {
      int cancelAfter = turns;
      run(() -> {
        ClientHandler patient =
            (reader, writer) -> {
              try (writer) {
                while (!reader.atEof()) {
                  writer.write(await(reader.read(1000), ConnectionError.class));
                  await(writer.drain());
                }
              } catch (ConnectionError e) {
                // the client is gone
              }
            };
        try (var server = await(startServer(patient, "127.0.0.1", 0))) {
          Task<@Nullable Void> client =
              createTask(() -> {
                try (var streams = await(openConnection("localhost", server.port()))) {
                  streams.writer().write(new byte[300_000]);
                  await(streams.writer().drain());
                  await(streams.reader().readExactly(300_000));
                  streams.close();
                  await(streams.writer().waitClosed());
                }
              });
          for (int i = 0; i < cancelAfter; i++) {
            await(sleep(seconds(0)));
          }
          client.cancel();
          try {
            await(client);
          } catch (CancelledError e) {
            // unless it was done already
          }
          try (var streams = await(openConnection("127.0.0.1", server.port()))) {
            streams.writer().write(ascii("x"));
            assertThat(await(streams.reader().readExactly(1))).isEqualTo(ascii("x"));
          }
          server.close();
          await(server.waitClosed());
        }
      });
    }
  }
}
