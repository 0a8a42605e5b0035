package jasyncio.net;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static jasyncio.net.Net.connectAcceptedSocket;
import static jasyncio.net.Net.connectReadPipe;
import static jasyncio.net.Net.connectWritePipe;
import static jasyncio.net.Net.createServer;
import static jasyncio.net.TestCertificates.LOCALHOST;
import static org.assertj.core.api.Assertions.assertThat;

import jasyncio.testing.CancelSweep;
import java.io.ByteArrayInputStream;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What the program has opened itself and gives to the loop, cancelled while that takes it over.
@Timeout(120)
class TakenOverSweepTest {
  private static void sweep(String name, CancelSweep.Scenario scenario) {
    CancelSweep.Report report =
        CancelSweep.of(name, scenario).onRealTime().withLimit(seconds(20)).run();
    assertThat(report.suspensions()).isPositive();
  }

  /// Takes over one end of a pipe, and closes it if it gets so far.
  @FunctionalInterface
  private interface TakeOver {
    void run(Pipe pipe) throws Throwable;
  }

  private static void sweepPipe(String name, boolean source, TakeOver takeOver) {
    sweep(
        name,
        world -> {
          Pipe pipe = Pipe.open();
          Channel taken = source ? pipe.source() : pipe.sink();
          List<Channel> begun = new ArrayList<>();
          world.victim(() -> {
            begun.add(taken);
            takeOver.run(pipe);
          });
          world.check(() -> {
            while (!begun.isEmpty() && taken.isOpen()) {
              await(sleep(millis(1)));
            }
            pipe.source().close();
            pipe.sink().close();
          });
        });
  }

  @Test
  void aPipeIsClosedIfItsStartIsCancelled() {
    sweepPipe(
        "connectReadPipe",
        true,
        pipe -> await(connectReadPipe(Recorder::new, pipe.source())).transport().close());
    sweepPipe(
        "connectWritePipe",
        false,
        pipe -> await(connectWritePipe(Recorder::new, pipe.sink())).transport().close());
  }

  @Test
  void aStreamIsReadNoMoreIfItsStartIsCancelled() {
    sweep(
        "connectReadPipe of a stream",
        world -> {
          List<Recorder> made = new ArrayList<>();
          world.victim(() -> {
            Recorder recorder = new Recorder();
            var stream = new ByteArrayInputStream(new byte[10]);
            await(
                connectReadPipe(
                    () -> {
                      made.add(recorder);
                      return recorder;
                    },
                    stream));
            recorder.transport().close();
          });
          world.check(() -> {
            for (Recorder recorder : made) {
              assertThat(recorder.untilLost()).isNull();
              assertThat(recorder.calls).startsWith("made").endsWith("lost");
            }
          });
        });
  }

  private static void sweepAccepted(String name, StreamOptions options) {
    sweep(
        name,
        world -> {
          SocketChannel client;
          SocketChannel accepted;
          try (ServerSocketChannel listening = ServerSocketChannel.open()) {
            listening.bind(new InetSocketAddress("127.0.0.1", 0));
            client = SocketChannel.open(listening.getLocalAddress());
            accepted = listening.accept();
          }
          client.configureBlocking(false);
          world.background(() -> {
            await(sleep(millis(5)));
            client.close(); // so that a handshake ends
          });
          List<SocketChannel> begun = new ArrayList<>();
          world.victim(() -> {
            begun.add(accepted);
            try {
              await(connectAcceptedSocket(Recorder::new, accepted, options)).transport().close();
            } catch (Throwable t) {
              if (options.tls() == null || !(t instanceof ConnectionError)) {
                throw t;
              } // else the client has gone in the middle of the handshake
            }
          });
          world.check(() -> {
            while (!begun.isEmpty()
                && client.isOpen()
                && client.read(ByteBuffer.allocate(1)) >= 0) {
              await(sleep(millis(1)));
            }
            accepted.close();
            client.close();
          });
        });
  }

  @Test
  void anAcceptedConnectionIsClosedIfItIsCancelledWhileItIsTakenOver() {
    sweepAccepted("connectAcceptedSocket", StreamOptions.defaults());
    sweepAccepted(
        "connectAcceptedSocket with TLS",
        StreamOptions.defaults().withTls(Tls.server(LOCALHOST.certificate(), LOCALHOST.key())));
  }

  @Test
  void aServerWhoseStartIsCancelledServes() {
    sweep(
        "Server.startServing",
        world -> {
          ServerOptions later = ServerOptions.defaults().withStartServing(false);
          Server server = await(createServer(Listening.Echo::new, "127.0.0.1", 0, later));
          List<Server> begun = new ArrayList<>();
          world.victim(() -> {
            begun.add(server);
            await(server.startServing());
          });
          world.check(() -> {
            assertThat(server.isServing()).isEqualTo(!begun.isEmpty());
            server.close();
            await(server.waitClosed());
            assertThat(getRunningLoop().allTasks()).hasSize(1);
          });
        });
  }
}
