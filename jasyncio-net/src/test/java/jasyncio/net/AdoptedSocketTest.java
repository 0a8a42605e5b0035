package jasyncio.net;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.sleep;
import static jasyncio.Asyncio.toThread;
import static jasyncio.net.EchoTest.ECHO;
import static jasyncio.net.EchoTest.ascii;
import static jasyncio.net.Net.connectAcceptedSocket;
import static jasyncio.net.Net.createConnection;
import static jasyncio.net.Net.createDatagramEndpoint;
import static jasyncio.net.Net.createServer;
import static jasyncio.net.Net.openConnection;
import static jasyncio.net.Net.openUnixConnection;
import static jasyncio.net.Net.startServer;
import static jasyncio.net.Net.startUnixServer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.CancelledError;
import jasyncio.Task;
import jasyncio.parity.Parity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Sockets that the program has opened itself, on loops that wait in something else and on NIO.
@Timeout(20)
class AdoptedSocketTest {
  private static final StreamOptions PLAIN = StreamOptions.defaults();
  private static final InetSocketAddress FREE_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  private static SocketChannel connectedTo(Server server) throws IOException {
    return SocketChannel.open(new InetSocketAddress("127.0.0.1", server.port()));
  }

  private static void checkEcho(Streams streams) {
    byte[] data = new byte[2_000_000];
    new Random(7).nextBytes(data);
    Task<byte[]> answer = createTask(streams.reader().readExactly(data.length));
    streams.writer().write(data);
    streams.writer().writeEof();
    assertThat(await(answer)).isEqualTo(data);
    assertThat(await(streams.reader().read())).isEmpty();
  }

  // ---- connections ----

  @Test
  @Parity({"CON-01", "STR-01"})
  void aConnectionOfOnesOwnGetsStreams() {
    run(() -> {
      try (var server = await(startServer(ECHO, "127.0.0.1", 0));
          var streams = await(openConnection(connectedTo(server), PLAIN))) {
        assertThat(streams.writer().getExtraInfo("peername"))
            .isEqualTo(new InetSocketAddress("127.0.0.1", server.port()));
        checkEcho(streams);
      }
    });
  }

  @Test
  @Parity("CON-01")
  void aConnectionOfOnesOwnGetsAProtocol() {
    run(() -> {
      try (var server = await(startServer(ECHO, "127.0.0.1", 0))) {
        var made = await(createConnection(Recorder::new, connectedTo(server), PLAIN));
        made.transport().pauseReading();
        made.transport().write(ascii("hello"));
        Listening.turns(20);
        assertThat(made.protocol().text()).isEmpty();
        made.transport().resumeReading();
        made.protocol().untilReceived(5);
        made.transport().close();
        assertThat(made.protocol().untilLost()).isNull();
        assertThat(made.protocol().calls).containsExactly("made", "data", "lost");
      }
    });
  }

  @Test
  @Parity("CON-07")
  void aUnixConnectionOfOnesOwnGetsStreams(@TempDir Path folder) {
    Path path = folder.resolve("socket");
    run(() -> {
      try (var server = await(startUnixServer(ECHO, path));
          var streams =
              await(openConnection(SocketChannel.open(UnixDomainSocketAddress.of(path)), PLAIN))) {
        assertThat(server.isServing()).isTrue();
        checkEcho(streams);
      }
    });
  }

  @Test
  void aResetIsToldApartFromTheEnd() throws IOException {
    try (ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      run(() -> {
        SocketChannel sock = SocketChannel.open(listening.getLocalSocketAddress());
        try (var streams = await(openConnection(sock, PLAIN))) {
          try (Socket peer = listening.accept()) {
            peer.setOption(StandardSocketOptions.SO_LINGER, 0);
          }
          assertThatThrownBy(() -> await(streams.reader().read(1)))
              .isInstanceOf(ConnectionResetError.class);
        }
      });
    }
  }

  @Test
  void aSocketWithoutAPeerIsTurnedAway() throws IOException {
    try (SocketChannel idle = SocketChannel.open()) {
      run(() -> {
        assertThatThrownBy(() -> await(openConnection(idle, PLAIN)))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageStartingWith("the socket must be connected: ");
        assertThat(idle.isOpen()).as("it stays the program's").isTrue();
        idle.close();
        assertThatThrownBy(() -> await(connectAcceptedSocket(Recorder::new, idle, PLAIN)))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageStartingWith("the socket must be connected: ");
      });
    }
  }

  @Test
  void aLoopThatEndsClosesWhatItHasTakenOver() throws IOException {
    List<SocketChannel> taken = new ArrayList<>();
    run(() -> {
      var server = await(startServer(ECHO, "127.0.0.1", 0));
      SocketChannel sock = connectedTo(server);
      taken.add(sock);
      var streams = await(openConnection(sock, PLAIN));
      streams.writer().write(ascii("x"));
      assertThat(await(streams.reader().readExactly(1))).hasSize(1);
    });
    assertThat(taken.getFirst().isOpen()).isFalse();
  }

  @Test
  void takingOverCanBeCancelledInAnyTurn() {
    for (int turns = 0; turns < 12; turns++) {
      int cancelAfter = turns;
      run(() -> {
        ClientHandler patient =
            (reader, writer) -> {
              try {
                ECHO.handle(reader, writer);
              } catch (ConnectionError e) {
                // the client is gone
              }
            };
        try (var server = await(startServer(patient, "127.0.0.1", 0))) {
          SocketChannel sock = connectedTo(server);
          Task<@Nullable Void> client =
              createTask(
                  async(() -> {
                    try (var streams = await(openConnection(sock, PLAIN))) {
                      streams.writer().write(ascii("hello"));
                      await(streams.reader().readExactly(5));
                    }
                  }));
          Listening.turns(cancelAfter);
          client.cancel();
          try {
            await(client);
          } catch (CancelledError e) {
            // unless it was done already
          }
          sock.close(); // if it was never taken over
          server.close();
          await(server.waitClosed());
        }
      });
    }
  }

  // ---- accepted elsewhere ----

  @Test
  @Parity("CON-08")
  void aConnectionAcceptedElsewhereIsServed() throws IOException {
    try (ServerSocketChannel listening = ServerSocketChannel.open().bind(FREE_PORT)) {
      run(() -> {
        try (var client = await(openConnection("127.0.0.1", portOf(listening)))) {
          SocketChannel sock = listening.accept();
          var made = await(connectAcceptedSocket(Listening.Echo::new, sock, PLAIN));
          assertThat(made.transport().getExtraInfo("peername"))
              .isEqualTo(client.writer().getExtraInfo("sockname"));
          client.writer().write(ascii("hello"));
          assertThat(await(client.reader().readExactly(5))).isEqualTo(ascii("hello"));
          client.close();
          assertThat(made.protocol().untilLost()).isNull();
          assertThat(made.protocol().calls).containsExactly("made", "data", "eof", "lost");
        }
      });
    }
  }

  @Test
  @Parity("CON-08")
  void withTlsItIsTheServer() throws IOException {
    Tls serving =
        Tls.server(TestCertificates.LOCALHOST.certificate(), TestCertificates.LOCALHOST.key());
    Tls trusting = Tls.client().withTrusted(TestCertificates.LOCALHOST.certificate());
    try (ServerSocketChannel listening = ServerSocketChannel.open().bind(FREE_PORT)) {
      run(() -> {
        Task<Streams> connecting =
            createTask(openConnection("127.0.0.1", portOf(listening), PLAIN.withTls(trusting)));
        SocketChannel sock = await(toThread(() -> listening.accept()));
        var made = await(connectAcceptedSocket(Listening.Echo::new, sock, PLAIN.withTls(serving)));
        try (var client = await(connecting)) {
          client.writer().write(ascii("hello"));
          assertThat(await(client.reader().readExactly(5))).isEqualTo(ascii("hello"));
        }
        assertThat(made.protocol().untilLost()).isNull();
      });
    }
  }

  @Test
  @Parity("CON-04")
  void aClientSaysWhoseCertificateItExpects() {
    Tls serving =
        Tls.server(TestCertificates.LOCALHOST.certificate(), TestCertificates.LOCALHOST.key());
    Tls trusting = Tls.client().withTrusted(TestCertificates.LOCALHOST.certificate());
    run(() -> {
      try (var server =
          await(startServer(ECHO, "127.0.0.1", 0, ServerOptions.defaults().withTls(serving)))) {
        try (SocketChannel sock = connectedTo(server)) {
          assertThatThrownBy(() -> await(openConnection(sock, PLAIN.withTls(trusting))))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageStartingWith("You must set server_hostname when using ssl without a host");
        }
        StreamOptions named = PLAIN.withTls(trusting.withServerHostname("localhost"));
        try (var streams = await(openConnection(connectedTo(server), named))) {
          streams.writer().write(ascii("hello"));
          assertThat(await(streams.reader().readExactly(5))).isEqualTo(ascii("hello"));
        }
      }
    });
  }

  // ---- servers ----

  private static int portOf(ServerSocketChannel sock) throws IOException {
    return ((InetSocketAddress) sock.getLocalAddress()).getPort();
  }

  @Test
  @Parity({"SRV-01", "STR-02"})
  void aSocketThatListensAlreadyIsServed() throws IOException {
    ServerSocketChannel sock = ServerSocketChannel.open().bind(FREE_PORT);
    int port = portOf(sock);
    run(() -> {
      ServerOptions later = ServerOptions.defaults().withStartServing(false);
      try (var server = await(startServer(ECHO, sock, later))) {
        assertThat(server.port()).isEqualTo(port);
        var early = await(openConnection("127.0.0.1", port)); // the system takes it
        await(server.startServing());
        try (early;
            var second = await(openConnection("127.0.0.1", port))) {
          checkEcho(early);
          checkEcho(second);
        }
        server.close();
        await(server.waitClosed());
      }
      assertThat(sock.isOpen()).isFalse();
    });
    try (ServerSocket again = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThat(again.isBound()).as("the port is free again").isTrue();
    }
  }

  @Test
  @Parity("SRV-02")
  void aUnixSocketThatListensAlreadyIsServedAndRemoved(@TempDir Path folder) throws IOException {
    Path path = folder.resolve("socket");
    ServerSocketChannel sock = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    sock.bind(UnixDomainSocketAddress.of(path));
    run(() -> {
      try (var server = await(createServer(Listening.Echo::new, sock, ServerOptions.defaults()))) {
        assertThat(server.addresses()).containsExactly(UnixDomainSocketAddress.of(path));
        try (var streams = await(openUnixConnection(path))) {
          checkEcho(streams);
        }
        server.close();
        assertThat(Files.exists(path)).isFalse();
        await(server.waitClosed());
      }
    });
  }

  @Test
  void aSocketThatDoesNotListenIsTurnedAway() throws IOException {
    try (ServerSocketChannel idle = ServerSocketChannel.open()) {
      run(() -> {
        assertThatThrownBy(() -> await(startServer(ECHO, idle, ServerOptions.defaults())))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageStartingWith("the socket must be bound: ");
      });
    }
  }

  // ---- datagrams ----

  private static final class Receiver implements DatagramProtocol {
    final List<String> received = new ArrayList<>();
    @Nullable SocketAddress sender;

    @Override
    public void datagramReceived(ByteBuffer data, SocketAddress from) {
      byte[] copy = new byte[data.remaining()];
      data.get(copy);
      received.add(new String(copy));
      sender = from;
    }

    void until(int count) {
      while (received.size() < count) {
        await(sleep(millis(1)));
      }
    }
  }

  @Test
  @Parity("CON-06")
  void datagramSocketsOfOnesOwnAreUsed() throws IOException {
    DatagramChannel listening = DatagramChannel.open().bind(FREE_PORT);
    DatagramChannel connected = DatagramChannel.open().connect(listening.getLocalAddress());
    run(() -> {
      try (var here = await(createDatagramEndpoint(Receiver::new, listening));
          var there = await(createDatagramEndpoint(Receiver::new, connected))) {
        there.transport().sendto(ascii("ping"));
        here.protocol().until(1);
        assertThat(here.protocol().received).containsExactly("ping");
        assertThat(here.protocol().sender).isEqualTo(there.transport().getExtraInfo("sockname"));
        here.transport().sendto(ascii("pong"), here.protocol().sender);
        there.protocol().until(1);
        assertThat(there.protocol().received).containsExactly("pong");
        assertThat(there.transport().getExtraInfo("peername"))
            .isEqualTo(here.transport().getExtraInfo("sockname"));
      }
    });
    assertThat(listening.isOpen()).isFalse();
    assertThat(connected.isOpen()).isFalse();
  }

  @Test
  @Parity("CON-06")
  void aDatagramSocketMustBeBound() throws IOException {
    try (DatagramChannel idle = DatagramChannel.open()) {
      run(() -> {
        assertThatThrownBy(() -> await(createDatagramEndpoint(Receiver::new, idle)))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageStartingWith("the socket must be bound: ");
      });
    }
  }
}
