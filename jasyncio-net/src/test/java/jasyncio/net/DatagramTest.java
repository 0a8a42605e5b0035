package jasyncio.net;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static jasyncio.net.EchoTest.ascii;
import static jasyncio.net.Listening.turns;
import static jasyncio.net.Net.createDatagramEndpoint;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.CancelledError;
import jasyncio.ExceptionContext;
import jasyncio.Task;
import jasyncio.parity.Parity;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@Parity({"CON-06", "TRA-08", "PRO-05"})
class DatagramTest {
  /// Writes down what it is told.
  private static class Listener implements DatagramProtocol {
    final List<String> calls = new ArrayList<>();
    final List<SocketAddress> senders = new ArrayList<>();
    @Nullable DatagramTransport transport;
    boolean echoes;

    @Override
    public void connectionMade(DatagramTransport transport) {
      this.transport = transport;
      calls.add("made");
    }

    @Override
    public void datagramReceived(ByteBuffer data, SocketAddress sender) {
      byte[] copy = new byte[data.remaining()];
      data.get(copy);
      calls.add(copy.length > 100 ? "" + copy.length : new String(copy, StandardCharsets.US_ASCII));
      senders.add(sender);
      if (echoes) {
        transport().sendto(copy, sender);
      }
    }

    @Override
    public void errorReceived(IOException error) {
      calls.add("error");
    }

    @Override
    public void connectionLost(@Nullable Throwable cause) {
      calls.add("lost " + cause);
    }

    @Override
    public void pauseWriting() {
      calls.add("pause");
    }

    @Override
    public void resumeWriting() {
      calls.add("resume");
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

    int port() {
      return address().getPort();
    }

    InetSocketAddress address() {
      return (InetSocketAddress) transport().getExtraInfo("sockname", "none");
    }
  }

  private static Listener listen(String host) {
    return await(createDatagramEndpoint(Listener::new, DatagramOptions.local(host, 0))).protocol();
  }

  private static Listener connect(String host, int port) {
    return await(createDatagramEndpoint(Listener::new, DatagramOptions.remote(host, port)))
        .protocol();
  }

  private static void closeAll(Listener... listeners) {
    for (Listener one : listeners) {
      one.transport().close();
      one.until(one.calls.size() + 1);
    }
  }

  @Test
  void aBufferIsSentFromItsPositionOn() {
    run(() -> {
      Listener server = listen("127.0.0.1");
      server.echoes = true;
      DatagramOptions to = DatagramOptions.remote(server.address());
      Listener client = await(createDatagramEndpoint(Listener::new, to)).protocol();
      ByteBuffer data = ByteBuffer.wrap(ascii("__one")).position(2);
      client.transport().sendto(data);
      assertThat(data.hasRemaining()).isFalse();
      client.transport().sendto(ByteBuffer.wrap(ascii("two")), server.address());
      client.until(3);
      assertThat(client.calls).containsExactly("made", "one", "two");
      closeAll(client, server);
    });
  }

  @Test
  void optionsTakeAnAddressAsItIsGiven() {
    InetSocketAddress address = new InetSocketAddress("127.0.0.1", 7);
    DatagramOptions options = DatagramOptions.local(address);
    assertThat(options.localHost()).isEqualTo("127.0.0.1");
    assertThat(options.localPort()).isEqualTo(7);
    assertThat(DatagramOptions.defaults().hasLocal()).isFalse();
    InetSocketAddress name = InetSocketAddress.createUnresolved("some.where", 9);
    assertThat(DatagramOptions.remote(name).remoteHost()).isEqualTo("some.where");
  }

  @Test
  void datagramsAreAnsweredWithTheirSendersAddress() {
    run(() -> {
      Listener server = listen("127.0.0.1");
      server.echoes = true;
      Listener client = connect("127.0.0.1", server.port());
      assertThat(client.calls).containsExactly("made");
      assertThat(client.transport().getExtraInfo("peername")).isEqualTo(server.address());
      client.transport().sendto(ascii("one"));
      client.transport().sendto(ascii("two"), server.address());
      client.until(3);
      assertThat(client.calls).containsExactly("made", "one", "two");
      assertThat(client.senders).containsOnly(server.address());
      assertThat(server.senders).containsOnly(client.address());
      closeAll(client, server);
      assertThat(client.calls).endsWith("lost null");
      assertThat(client.transport().isClosing()).isTrue();
      turns(20);
      assertThat(client.calls).hasSize(4);
    });
  }

  @Test
  void aSocketThatIsNotConnectedSendsAnywhere() {
    run(() -> {
      Listener first = listen("127.0.0.1");
      Listener second = listen("127.0.0.1");
      Listener third = listen("localhost");
      first.transport().sendto(ascii("to the second"), second.address());
      first.transport().sendto(ascii("to the third"), third.address());
      second.until(2);
      third.until(2);
      assertThat(second.calls).containsExactly("made", "to the second");
      assertThat(third.calls).containsExactly("made", "to the third");
      assertThat(first.transport().getExtraInfo("peername")).isNull();
      closeAll(first, second, third);
    });
  }

  @Test
  void bothFamiliesWork() throws IOException {
    boolean hasInet6 =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .anyMatch(address -> address instanceof Inet6Address && address.isLoopbackAddress());
    run(() -> {
      for (String host : hasInet6 ? List.of("127.0.0.1", "::1") : List.of("127.0.0.1")) {
        Listener server = listen(host);
        server.echoes = true;
        Listener client = connect(host, server.port());
        client.transport().sendto(ascii(host));
        client.until(2);
        assertThat(client.calls).containsExactly("made", host);
        closeAll(client, server);
      }
    });
  }

  @Test
  void theLargestDatagramArrivesWhole() {
    run(() -> {
      Listener server = listen("127.0.0.1");
      Listener client = connect("127.0.0.1", server.port());
      client.transport().sendto(new byte[65_507]);
      server.until(2);
      assertThat(server.calls).containsExactly("made", "65507");
      closeAll(client, server);
    });
  }

  @Test
  void aDatagramThatIsTooLargeIsAnErrorAndTheSocketGoesOn() {
    run(() -> {
      Listener server = listen("127.0.0.1");
      Listener client = connect("127.0.0.1", server.port());
      client.transport().setWriteBufferLimits(100_000L, null);
      client.transport().sendto(new byte[70_000]);
      client.until(2);
      assertThat(client.calls).containsExactly("made", "error");
      assertThat(client.transport().isClosing()).isFalse();
      client.transport().sendto(ascii("small"));
      server.until(2);
      assertThat(server.calls).containsExactly("made", "small");
      closeAll(client, server);
    });
  }

  @Test
  void aPortWhereNobodyListensIsAnError() throws IOException {
    int port;
    try (DatagramSocket free = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    run(() -> {
      Listener client = connect("127.0.0.1", port);
      client.transport().sendto(ascii("anybody there?"));
      client.until(2);
      assertThat(client.calls).startsWith("made", "error");
      assertThat(client.transport().isClosing()).isFalse();
      closeAll(client);
    });
  }

  @Test
  void aWrongAddressIsTurnedAway() {
    run(() -> {
      Listener server = listen("127.0.0.1");
      Listener client = connect("127.0.0.1", server.port());
      InetSocketAddress other = new InetSocketAddress("127.0.0.1", 9);
      assertThatThrownBy(() -> client.transport().sendto(ascii("x"), other))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("Invalid address: must be None or ");
      assertThatThrownBy(() -> server.transport().sendto(ascii("x")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("needs an address");
      assertThatThrownBy(() ->
              server
                  .transport()
                  .sendto(ascii("x"), InetSocketAddress.createUnresolved("localhost", 9)))
          .isInstanceOf(IllegalArgumentException.class);
      closeAll(client, server);
    });
  }

  @Test
  void withoutAnAddressThereMustBeAFamily() {
    run(() -> {
      assertThatThrownBy(
              () -> await(createDatagramEndpoint(Listener::new, DatagramOptions.local(null, 0))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("unexpected address family");
      var any =
          await(
              createDatagramEndpoint(
                  Listener::new,
                  DatagramOptions.local(null, 0).withFamily(StandardProtocolFamily.INET)));
      assertThat(any.protocol().address().getAddress().isAnyLocalAddress()).isTrue();
      Listener client = connect("127.0.0.1", any.protocol().port());
      client.transport().sendto(ascii("hello"));
      any.protocol().until(2);
      assertThat(any.protocol().calls).containsExactly("made", "hello");
      closeAll(client, any.protocol());
    });
  }

  @Test
  void aPortThatIsTakenIsNamedUnlessItIsShared() {
    run(() -> {
      Listener first =
          await(
                  createDatagramEndpoint(
                      Listener::new, DatagramOptions.local("127.0.0.1", 0).withReusePort(true)))
              .protocol();
      DatagramOptions same = DatagramOptions.local("127.0.0.1", first.port());
      assertThatThrownBy(() -> await(createDatagramEndpoint(Listener::new, same)))
          .isInstanceOf(ConnectionError.class)
          .hasMessageContaining("Address already in use")
          .hasMessageContaining("127.0.0.1:" + first.port());
      Listener second =
          await(createDatagramEndpoint(Listener::new, same.withReusePort(true))).protocol();
      closeAll(first, second);
    });
  }

  @Test
  void broadcastingMustBeAllowed() {
    run(() -> {
      InetSocketAddress everybody = new InetSocketAddress("255.255.255.255", 9);
      DatagramOptions any = DatagramOptions.local(null, 0).withFamily(StandardProtocolFamily.INET);
      Listener shy = await(createDatagramEndpoint(Listener::new, any)).protocol();
      shy.transport().sendto(ascii("x"), everybody);
      shy.until(2);
      assertThat(shy.calls).containsExactly("made", "error");
      closeAll(shy);
      Listener loud =
          await(createDatagramEndpoint(Listener::new, any.withBroadcast(true))).protocol();
      closeAll(loud);
    });
  }

  @Test
  void aGroupIsHeardAsLongAsItIsJoined() throws IOException {
    NetworkInterface loopback =
        NetworkInterface.getByInetAddress(InetAddress.getByName("127.0.0.1"));
    InetAddress group = InetAddress.getByName("239.255.77.77");
    run(() -> {
      DatagramOptions any = DatagramOptions.local(null, 0).withFamily(StandardProtocolFamily.INET);
      Listener member = await(createDatagramEndpoint(Listener::new, any)).protocol();
      await(member.transport().joinGroup(group, loopback));
      Listener sender =
          await(
                  createDatagramEndpoint(
                      Listener::new,
                      DatagramOptions.local("127.0.0.1", 0).withMulticastInterface(loopback)))
              .protocol();
      InetSocketAddress address = new InetSocketAddress(group, member.port());
      sender.transport().sendto(ascii("to the group"), address);
      member.until(2);
      assertThat(member.calls).containsExactly("made", "to the group");
      await(member.transport().leaveGroup(group, loopback));
      sender.transport().sendto(ascii("unheard"), address);
      sender.transport().sendto(ascii("direct"), new InetSocketAddress("127.0.0.1", member.port()));
      member.until(3);
      assertThat(member.calls).containsExactly("made", "to the group", "direct");
      closeAll(sender, member);
    });
  }

  @Test
  void sendingIsPausedAboveTheHighMark() {
    run(() -> {
      Listener server = listen("127.0.0.1");
      Listener client = connect("127.0.0.1", server.port());
      client.transport().setWriteBufferLimits(2_000L, 1_000L);
      client.transport().sendto(new byte[1_000]);
      assertThat(client.transport().getWriteBufferSize()).isEqualTo(1_008);
      assertThat(client.calls).containsExactly("made");
      client.transport().sendto(new byte[1_000]);
      assertThat(client.calls).containsExactly("made", "pause");
      client.until(3);
      assertThat(client.calls).containsExactly("made", "pause", "resume");
      assertThat(client.transport().getWriteBufferSize()).isZero();
      server.until(3);
      closeAll(client, server);
    });
  }

  @Test
  void whatIsSentBeforeCloseLeaves() {
    run(() -> {
      Listener server = listen("127.0.0.1");
      Listener client = connect("127.0.0.1", server.port());
      for (int i = 0; i < 10; i++) {
        client.transport().sendto(ascii("" + i));
      }
      client.transport().close();
      client.transport().sendto(ascii("too late"));
      server.until(11);
      assertThat(server.calls)
          .containsExactly("made", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9");
      client.until(2);
      closeAll(server);
    });
  }

  @Test
  void loweringTheMarksBelowWhatWaitsPausesAtOnce() {
    run(() -> {
      Listener server = listen("127.0.0.1");
      Listener client = connect("127.0.0.1", server.port());
      client.transport().sendto(new byte[1_000]);
      client.transport().setWriteBufferLimits(100L, 10L);
      assertThat(client.calls).containsExactly("made", "pause");
      client.transport().setWriteBufferLimits(50L, 10L);
      assertThat(client.calls).as("told once").containsExactly("made", "pause");
      client.until(3);
      assertThat(client.calls).containsExactly("made", "pause", "resume");
      server.until(2);
      closeAll(client, server);
    });
  }

  @Test
  void whatAProtocolThrowsIsReportedAndTheSocketGoesOn() {
    List<ExceptionContext> reports = new ArrayList<>();
    RuntimeException bug = new RuntimeException("bug");
    run(() -> {
      getRunningLoop().setExceptionHandler((_, context) -> reports.add(context));
      class Failing extends Listener {
        @Override
        public void datagramReceived(ByteBuffer data, SocketAddress sender) {
          super.datagramReceived(data, sender);
          throw bug;
        }

        @Override
        public void errorReceived(IOException error) {
          super.errorReceived(error);
          throw bug;
        }
      }
      Failing server =
          await(createDatagramEndpoint(Failing::new, DatagramOptions.local("127.0.0.1", 0)))
              .protocol();
      Listener client = connect("127.0.0.1", server.port());
      client.transport().sendto(ascii("one"));
      client.transport().sendto(ascii("two"));
      server.until(3);
      server.transport().setWriteBufferLimits(100_000L, null);
      server.transport().sendto(new byte[70_000], client.address());
      server.until(4);
      server.transport().sendto(ascii("still there"), client.address());
      client.until(2);
      assertThat(client.calls).containsExactly("made", "still there");
      assertThat(server.transport().isClosing()).isFalse();
      closeAll(client, server);
      assertThat(server.calls).containsExactly("made", "one", "two", "error", "lost null");
    });
    assertThat(reports).extracting(ExceptionContext::exception).containsExactly(bug, bug, bug);
    assertThat(reports)
        .extracting(ExceptionContext::message)
        .containsExactly(
            "Exception in callback protocol.datagram_received()",
            "Exception in callback protocol.datagram_received()",
            "Exception in callback protocol.error_received()");
  }

  @Test
  void anAddressOfTheOtherFamilyIsAnErrorAndTheSocketGoesOn() {
    run(() -> {
      Listener server = listen("127.0.0.1");
      server.transport().sendto(ascii("x"), new InetSocketAddress("::1", server.port()));
      server.until(2);
      assertThat(server.calls).containsExactly("made", "error");
      assertThat(server.transport().getWriteBufferSize()).isZero();
      closeAll(server);
    });
  }

  @Test
  void whatAFactoryThrowsComesOut() {
    IllegalStateException bug = new IllegalStateException("no protocol today");
    run(() -> {
      assertThatThrownBy(() ->
              await(
                  createDatagramEndpoint(
                      () -> {
                        throw bug;
                      },
                      DatagramOptions.local("127.0.0.1", 0))))
          .isSameAs(bug);
    });
  }

  @Test
  @SuppressWarnings("NullAway") // that is the mistake
  void aFactoryThatReturnsNullIsRefused() {
    run(() -> {
      assertThatThrownBy(() ->
              await(createDatagramEndpoint(() -> null, DatagramOptions.local("127.0.0.1", 0))))
          .isInstanceOf(NullPointerException.class)
          .hasMessage("the protocol factory returned null");
    });
  }

  @Test
  void openingCanBeCancelledInAnyTurn() {
    for (int turns = 0; turns < 8; turns++) {
      int cancelAfter = turns;
      run(() -> {
        Task<@Nullable Void> opening =
            createTask(
                async(() -> {
                  await(
                          createDatagramEndpoint(
                              Listener::new, DatagramOptions.local("localhost", 0)))
                      .close();
                }));
        turns(cancelAfter);
        opening.cancel();
        try {
          await(opening);
        } catch (CancelledError e) {
          // unless it was done already
        }
      });
    }
  }

  @Test
  void whatIsLeftOpenIsClosedWithTheLoop() {
    run(() -> {
      Listener server = listen("127.0.0.1");
      Listener client = connect("127.0.0.1", server.port());
      client.transport().sendto(new byte[1_000]);
      client.transport().sendto(new byte[1_000]);
    });
  }
}
