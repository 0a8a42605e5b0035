package jasyncio.net.netty;

import static org.assertj.core.api.Assertions.assertThat;

import jasyncio.net.ConnectionError;
import jasyncio.net.ConnectionError.Phase;
import jasyncio.net.ConnectionRefusedError;
import jasyncio.net.ConnectionResetError;
import jasyncio.net.spi.Peer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;

class SocketErrorsTest {
  private static ConnectionError connecting(IOException cause) {
    return SocketErrors.connectFailed("'10.0.0.1', 80", cause, "host", 80);
  }

  /// Native transports throw it without words, to which Netty adds the address.
  @Test
  void anUnreachableNetworkIsCalledSo() {
    for (String message : new String[] {null, "null: /10.0.0.1:80"}) {
      assertThat(connecting(new NoRouteToHostException(message)))
          .hasMessage(
              "Connect call failed ('10.0.0.1', 80): Network is unreachable [host:80, connecting]");
    }
  }

  @Test
  void anErrorWithoutWordsIsCalledByItsName() {
    assertThat(SocketErrors.reason(new SocketException())).isEqualTo("SocketException");
  }

  @Test
  void aResetWhileConnectingIsAReset() {
    ConnectionError error = connecting(new SocketException("Connection reset"));
    assertThat(error).isInstanceOf(ConnectionResetError.class);
    assertThat(error.phase()).isEqualTo(Phase.CONNECT);
    assertThat(connecting(new ConnectException("Connection refused")))
        .isInstanceOf(ConnectionRefusedError.class);
  }

  @Test
  void anErrorOfTlsAfterTheHandshakeIsNoneOfTheHandshake() {
    Throwable error =
        SocketErrors.lost(new SSLException("bad record"), Peer.named("host", 80), null);
    assertThat(error).hasMessage("TLS error: bad record [host:80, transferring data]");
  }
}
