package jasyncio.net;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static jasyncio.net.EchoTest.ascii;
import static jasyncio.net.Listening.turns;
import static jasyncio.net.Net.createDatagramEndpoint;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.AsyncAction;
import jasyncio.CancelledError;
import jasyncio.Task;
import jasyncio.net.netty.NettyBridge;
import jasyncio.parity.Parity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Datagrams over Unix sockets. Transports that have none say so: then that is what each of these
/// tests finds.
@Timeout(60)
@Parity("CON-06")
class UnixDatagramTest {
  private final UnixDomainSocketAddress here;
  private final UnixDomainSocketAddress there;

  UnixDatagramTest(@TempDir Path folder) {
    here = UnixDomainSocketAddress.of(folder.resolve("here"));
    there = UnixDomainSocketAddress.of(folder.resolve("there"));
  }

  private static final class Listener implements DatagramProtocol {
    final List<String> calls = new ArrayList<>();
    final List<SocketAddress> senders = new ArrayList<>();
    @Nullable DatagramTransport transport;

    @Override
    public void connectionMade(DatagramTransport transport) {
      this.transport = transport;
      calls.add("made");
    }

    @Override
    public void datagramReceived(ByteBuffer data, SocketAddress sender) {
      calls.add(data.remaining() > 100 ? "" + data.remaining() : US_ASCII.decode(data).toString());
      senders.add(sender);
    }

    @Override
    public void errorReceived(IOException error) {
      calls.add("error");
    }

    @Override
    public void connectionLost(@Nullable Throwable cause) {
      calls.add("lost " + cause);
    }

    DatagramTransport transport() {
      DatagramTransport known = transport;
      if (known == null) {
        throw new AssertionError("no transport yet");
      }
      return known;
    }

    void until(int calls) {
      while (this.calls.size() < calls) {
        await(sleep(seconds(0)));
      }
    }

    void close() {
      transport().close();
      until(calls.size() + 1);
      assertThat(calls).endsWith("lost null");
    }
  }

  private static Listener open(DatagramOptions options) {
    return await(createDatagramEndpoint(Listener::new, options)).protocol();
  }

  /// Runs `body` where there are such sockets.
  private void where(AsyncAction body) {
    run(() -> {
      String transport = NettyBridge.current().transport().name();
      if (transport.equals("epoll") || transport.equals("kqueue")) {
        body.run();
        return;
      }
      assertThatThrownBy(() -> open(DatagramOptions.local(here)))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageStartingWith(
              "Unix sockets for datagrams need epoll or kqueue, and this loop uses " + transport);
      assertThat(here.getPath()).doesNotExist();
    });
  }

  @Test
  void datagramsAreAnsweredWithTheirSendersAddress() {
    where(() -> {
      Listener server = open(DatagramOptions.local(here));
      Listener client = open(DatagramOptions.remote(here).withLocal(there));
      assertThat(server.transport().getExtraInfo("sockname")).isEqualTo(here);
      assertThat(server.transport().getExtraInfo("peername")).isNull();
      assertThat(client.transport().getExtraInfo("sockname")).isEqualTo(there);
      assertThat(client.transport().getExtraInfo("peername")).isEqualTo(here);
      client.transport().sendto(ascii("one"));
      client.transport().sendto(ascii("two"), here);
      server.until(3);
      assertThat(server.calls).containsExactly("made", "one", "two");
      assertThat(server.senders).containsExactly(there, there);
      server.transport().sendto(ascii("answer"), server.senders.getFirst());
      client.until(2);
      assertThat(client.calls).containsExactly("made", "answer");
      assertThat(client.senders).containsExactly(here);
      client.close();
      server.close();
    });
  }

  @Test
  void whoeverHasNoAddressIsUnnamed() {
    where(() -> {
      Listener server = open(DatagramOptions.local(here));
      Listener client = open(DatagramOptions.remote(here));
      client.transport().sendto(ascii("who am I"));
      server.until(2);
      assertThat(server.calls).containsExactly("made", "who am I");
      assertThat(server.senders).containsExactly(UnixDomainSocketAddress.of(""));
      client.close();
      server.close();
    });
  }

  @Test
  void largeDatagramsArriveWholeAndEachApart() {
    where(() -> {
      Listener server = open(DatagramOptions.local(here));
      Listener client = open(DatagramOptions.remote(here));
      client.transport().sendto(new byte[100_000]);
      client.transport().sendto(new byte[101]);
      server.until(3);
      assertThat(server.calls).containsExactly("made", "100000", "101");
      client.close();
      server.close();
    });
  }

  /// The system keeps ten or so for a receiver.
  @Test
  void noneIsLostThoughTheReceiverFallsBehind() {
    where(() -> {
      Listener server = open(DatagramOptions.local(here));
      Listener connected = open(DatagramOptions.remote(here));
      Listener free = open(DatagramOptions.local(there));
      List<String> wanted = new ArrayList<>(List.of("made"));
      for (int i = 0; i < 300; i++) {
        connected.transport().sendto(ascii("" + i));
        wanted.add("" + i);
      }
      server.until(wanted.size());
      assertThat(server.calls).isEqualTo(wanted);
      for (int i = 300; i < 600; i++) {
        free.transport().sendto(ascii("" + i), here);
        wanted.add("" + i);
      }
      free.transport().close(); // sends them first
      server.until(wanted.size());
      assertThat(server.calls).isEqualTo(wanted);
      free.until(2);
      assertThat(free.calls).containsExactly("made", "lost null");
      connected.close();
      server.close();
    });
  }

  @Test
  void aSocketThatIsNotConnectedSendsToUnixSocketsOnly() {
    where(() -> {
      Listener server = open(DatagramOptions.local(here));
      assertThatThrownBy(() -> server.transport().sendto(ascii("x")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("needs an address with each datagram, here of a Unix socket");
      assertThatThrownBy(
              () -> server.transport().sendto(ascii("x"), new InetSocketAddress("127.0.0.1", 9)))
          .isInstanceOf(IllegalArgumentException.class);
      server.transport().sendto(ascii("nobody is there"), there);
      server.until(2);
      assertThat(server.calls).containsExactly("made", "error");
      assertThatThrownBy(() ->
              await(
                  server
                      .transport()
                      .joinGroup(
                          InetAddress.getByName("239.1.1.1"),
                          NetworkInterface.getByInetAddress(InetAddress.getLoopbackAddress()))))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageStartingWith("there are no groups of Unix sockets");
      server.close();
    });
  }

  @Test
  void theFileStaysAndIsTakenOverByTheNext() {
    where(() -> {
      open(DatagramOptions.local(here)).close();
      assertThat(here.getPath()).exists();
      Listener next = open(DatagramOptions.local(here));
      Listener client = open(DatagramOptions.remote(here));
      client.transport().sendto(ascii("x"));
      next.until(2);
      client.close();
      next.close();
    });
  }

  @Test
  void anotherFileInItsPlaceIsAnErrorAndStays() throws IOException {
    where(() -> {
      Files.writeString(here.getPath(), "precious");
      assertThatThrownBy(() -> open(DatagramOptions.local(here)))
          .isInstanceOf(ConnectionError.class)
          .hasMessageContaining("'" + here.getPath() + "' is already in use");
      assertThat(here.getPath()).hasContent("precious");
    });
  }

  @Test
  void aPeerThatIsNotThereIsNamed() {
    where(() -> {
      assertThatThrownBy(() -> open(DatagramOptions.remote(there).withLocal(here)))
          .isInstanceOf(ConnectionError.class)
          .hasMessageContaining("No such file or directory")
          .hasMessageContaining(there.toString());
      assertThat(here.getPath()).doesNotExist();
    });
  }

  @Test
  void whatOnlyTheInternetHasIsRefused() {
    run(() -> {
      for (DatagramOptions options :
          List.of(
              DatagramOptions.local(here).withRemote("127.0.0.1", 9),
              DatagramOptions.remote(here).withLocal("127.0.0.1", 0),
              DatagramOptions.local(here).withFamily(StandardProtocolFamily.INET),
              DatagramOptions.local(here).withBroadcast(true),
              DatagramOptions.local(here).withReusePort(true))) {
        assertThatThrownBy(() -> open(options)).isInstanceOf(IllegalArgumentException.class);
      }
    });
  }

  @Test
  void nothingIsLeftWhereverOpeningIsCancelled() {
    where(() -> {
      for (int turns = 0; turns < 5; turns++) {
        Task<Endpoint<DatagramTransport, Listener>> opening =
            createTask(createDatagramEndpoint(Listener::new, DatagramOptions.local(here)));
        turns(turns);
        boolean cancelled = opening.cancel();
        try {
          await(opening).protocol().close();
          Files.delete(here.getPath());
        } catch (CancelledError e) {
          assertThat(cancelled).isTrue();
        }
        assertThat(here.getPath()).doesNotExist();
      }
    });
  }
}
