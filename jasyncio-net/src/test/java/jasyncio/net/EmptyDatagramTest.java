package jasyncio.net;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static jasyncio.net.EchoTest.ascii;
import static jasyncio.net.Net.createDatagramEndpoint;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.net.netty.NettyBridge;
import jasyncio.parity.Parity;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Datagrams without a byte in them.
@Parity({"CON-06", "TRA-08"})
class EmptyDatagramTest {
  private static class Listener implements DatagramProtocol {
    final List<String> received = new ArrayList<>();
    final List<SocketAddress> senders = new ArrayList<>();
    @Nullable Throwable error;

    @Override
    public void datagramReceived(ByteBuffer data, SocketAddress sender) {
      received.add(US_ASCII.decode(data).toString());
      senders.add(sender);
    }

    @Override
    public void errorReceived(IOException error) {
      this.error = error;
    }

    void until(int count) {
      while (received.size() < count) {
        await(sleep(seconds(0)));
      }
    }
  }

  private static Endpoint<DatagramTransport, Listener> open(DatagramOptions options) {
    return await(createDatagramEndpoint(Listener::new, options));
  }

  private static InetSocketAddress address(Endpoint<DatagramTransport, ?> endpoint) {
    return (InetSocketAddress) endpoint.transport().getExtraInfo("sockname", "none");
  }

  private static DatagramSocket plainSocket() throws IOException {
    return new DatagramSocket(0, InetAddress.getByName("127.0.0.1"));
  }

  private static void send(DatagramSocket from, InetSocketAddress to, String... texts)
      throws IOException {
    for (String text : texts) {
      from.send(new DatagramPacket(ascii(text), text.length(), to));
    }
  }

  @Test
  void itIsReceivedInItsPlace() {
    run(() -> {
      var here = open(DatagramOptions.local("127.0.0.1", 0));
      try (DatagramSocket peer = plainSocket()) {
        send(peer, address(here), "", "one", "", "", "two");
        here.protocol().until(5);
        assertThat(here.protocol().received).containsExactly("", "one", "", "", "two");
        assertThat(here.protocol().senders).containsOnly(peer.getLocalSocketAddress());
      }
      here.transport().close();
    });
  }

  @Test
  void itIsReceivedInItsPlaceByAConnectedSocket() {
    run(() -> {
      try (DatagramSocket peer = plainSocket()) {
        var here = open(DatagramOptions.remote("127.0.0.1", peer.getLocalPort()));
        send(peer, address(here), "", "one", "", "", "two");
        here.protocol().until(5);
        assertThat(here.protocol().received).containsExactly("", "one", "", "", "two");
        assertThat(here.protocol().senders).containsOnly(peer.getLocalSocketAddress());
        here.transport().close();
      }
    });
  }

  @Test
  void itIsSentInItsPlace() {
    run(() -> {
      var there = open(DatagramOptions.local("127.0.0.1", 0));
      var here = open(DatagramOptions.local("127.0.0.1", 0));
      for (String text : List.of("", "one", "two", "", "", "three", "")) {
        here.transport().sendto(ascii(text), address(there));
      }
      there.protocol().until(7);
      assertThat(there.protocol().received).containsExactly("", "one", "two", "", "", "three", "");
      assertThat(there.protocol().senders).containsOnly(address(here));
      assertThat(here.transport().getWriteBufferSize()).isZero();
      assertThat(here.protocol().error).isNull();
      here.transport().close();
      there.transport().close();
    });
  }

  @Test
  void aConnectedSocketSendsItExceptOnNio() {
    run(() -> {
      var there = open(DatagramOptions.local("127.0.0.1", 0));
      var here = open(DatagramOptions.remote("127.0.0.1", address(there).getPort()));
      if (NettyBridge.current().transport().name().equals("nio")) {
        assertThatThrownBy(() -> here.transport().sendto(new byte[0]))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("the JDK drops it");
        assertThat(here.transport().getWriteBufferSize()).isZero();
      } else {
        for (String text : List.of("", "one", "", "two")) {
          here.transport().sendto(ascii(text));
        }
        there.protocol().until(4);
        assertThat(there.protocol().received).containsExactly("", "one", "", "two");
      }
      here.transport().close();
      there.transport().close();
    });
  }

  @Test
  void itLeavesBeforeCloseTakesEffect() {
    run(() -> {
      var there = open(DatagramOptions.local("127.0.0.1", 0));
      var here = open(DatagramOptions.local("127.0.0.1", 0));
      here.transport().sendto(ascii("one"), address(there));
      here.transport().sendto(new byte[0], address(there));
      here.transport().close();
      there.protocol().until(2);
      assertThat(there.protocol().received).containsExactly("one", "");
      there.transport().close();
    });
  }
}
