package jasyncio.net;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.run;
import static jasyncio.net.Net.createConnection;
import static jasyncio.net.Net.openConnection;
import static jasyncio.net.Net.startServer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.net.ConnectionError.Phase;
import jasyncio.parity.Parity;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// On Linux all of 127.0.0.0/8 is this machine.
@Timeout(60)
@Parity("CON-05")
class LocalAddressTest {
  private static final StreamOptions PLAIN = StreamOptions.defaults();

  /// Tells each client where it comes from.
  private static final ClientHandler MIRROR =
      (_, writer) -> {
        var from = (InetSocketAddress) writer.getExtraInfo("peername");
        writer.write(from.getAddress().getHostAddress(), StandardCharsets.US_ASCII);
        writer.close();
      };

  private static String ask(Server server, StreamOptions options) {
    try (var streams = await(openConnection("127.0.0.1", server.port(), options))) {
      return new String(await(streams.reader().read()), StandardCharsets.US_ASCII);
    }
  }

  @Test
  void aConnectionComesFromWhereItIsTold() {
    run(() -> {
      try (var server = await(startServer(MIRROR, "127.0.0.1", 0))) {
        assertThat(ask(server, PLAIN)).isEqualTo("127.0.0.1");
        assertThat(ask(server, PLAIN.withLocalAddress("127.0.0.2", 0))).isEqualTo("127.0.0.2");
        StreamOptions racing =
            PLAIN.withLocalAddress("127.0.0.3", 0).withHappyEyeballsDelay(millis(250));
        assertThat(ask(server, racing)).isEqualTo("127.0.0.3");
      }
    });
  }

  @Test
  void protocolsKnowWhereTheyComeFrom() {
    run(() -> {
      try (var server = await(startServer(MIRROR, "127.0.0.1", 0));
          var made =
              await(
                  createConnection(
                      Recorder::new,
                      "127.0.0.1",
                      server.port(),
                      PLAIN.withLocalAddress("127.0.0.4", 0)))) {
        var local = (InetSocketAddress) made.transport().getExtraInfo("sockname");
        assertThat(local.getAddress().getHostAddress()).isEqualTo("127.0.0.4");
        assertThat(local.getPort()).isPositive();
        assertThat(made.protocol().untilLost()).isNull();
      }
    });
  }

  @Test
  void anAddressOfAnotherMachineIsNamed() {
    run(() -> {
      try (var server = await(startServer(MIRROR, "127.0.0.1", 0))) {
        assertThatThrownBy(() -> ask(server, PLAIN.withLocalAddress("192.0.2.1", 0)))
            .isInstanceOfSatisfying(
                ConnectionError.class,
                e -> {
                  assertThat(e)
                      .hasMessageStartingWith(
                          "error while attempting to bind on address ('192.0.2.1', 0): cannot"
                              + " assign requested address");
                  assertThat(e.phase()).isEqualTo(Phase.CONNECT);
                });
      }
    });
  }

  @Test
  void aPortInUseIsNamed() {
    run(() -> {
      try (var server = await(startServer(MIRROR, "127.0.0.1", 0))) {
        StreamOptions taken = PLAIN.withLocalAddress("127.0.0.1", server.port());
        assertThatThrownBy(() -> ask(server, taken))
            .isInstanceOf(ConnectionError.class)
            .hasMessageStartingWith(
                "error while attempting to bind on address ('127.0.0.1', " + server.port() + "): ")
            .hasMessageContaining("in use");
      }
    });
  }

  @Test
  void anAddressOfTheOtherFamilyDoesNotMatch() {
    run(() -> {
      try (var server = await(startServer(MIRROR, "127.0.0.1", 0))) {
        assertThatThrownBy(() -> ask(server, PLAIN.withLocalAddress("::1", 0)))
            .isInstanceOf(ConnectionError.class)
            .hasMessageStartingWith("no matching local address with family=AF_INET found");
      }
    });
  }

  @Test
  void aPortThatIsNoneIsTurnedAway() {
    assertThatThrownBy(() -> PLAIN.withLocalAddress("127.0.0.1", 65_536))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(PLAIN.localAddress()).isNull();
    assertThat(PLAIN.withLocalAddress("localhost", 7).localAddress())
        .isEqualTo(InetSocketAddress.createUnresolved("localhost", 7));
  }
}
