package jasyncio.net.netty;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import jasyncio.CancelledError;
import jasyncio.Coroutine;
import jasyncio.ExceptionGroup;
import jasyncio.Task;
import jasyncio.net.ConnectionRefusedError;
import jasyncio.net.NothingLeaks;
import jasyncio.net.StreamOptions;
import jasyncio.parity.Parity;
import jasyncio.testing.CancelSweep;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/// The addresses 127.0.0.1 to 127.0.0.9 are all ours: some refuse, some are silent, some answer,
/// all at one port.
@ExtendWith(NothingLeaks.class)
@Timeout(60)
@Parity("CON-03")
class AddressRaceTest {
  private static final Duration SOON = millis(5);

  /// Never passes within a test.
  private static final Duration NEVER = seconds(3600);

  private static InetAddress address(int last) {
    return InetAddress.ofLiteral("127.0.0." + last);
  }

  private static List<InetAddress> addresses(int... last) {
    List<InetAddress> all = new ArrayList<>();
    for (int one : last) {
      all.add(address(one));
    }
    return all;
  }

  /// A port at 127.0.0.1 that neither accepts nor refuses, since its queue is full; others at other
  /// addresses.
  private static final class Peers implements AutoCloseable {
    private final List<AutoCloseable> open = new ArrayList<>();
    final int port;

    Peers() throws IOException {
      ServerSocketChannel silent = ServerSocketChannel.open();
      open.add(silent);
      silent.bind(new InetSocketAddress(address(1), 0), 1);
      port = silent.socket().getLocalPort();
      for (int i = 0; i < 8; i++) {
        SocketChannel one = SocketChannel.open();
        open.add(one);
        one.configureBlocking(false);
        one.connect(silent.getLocalAddress());
      }
    }

    ServerSocket answering(int last) throws IOException {
      ServerSocket socket = new ServerSocket(port, 50, address(last));
      open.add(socket);
      return socket;
    }

    @Override
    public void close() throws Exception {
      for (AutoCloseable one : open) {
        one.close();
      }
    }
  }

  /// Counts the channels that are told of a connection.
  private static final class Told extends ChannelInitializer<Channel> {
    final List<Channel> active = new ArrayList<>();

    @Override
    protected void initChannel(Channel channel) {
      channel
          .pipeline()
          .addLast(
              new ChannelInboundHandlerAdapter() {
                @Override
                public void channelActive(ChannelHandlerContext context) {
                  active.add(context.channel());
                }
              });
    }
  }

  private final Told told = new Told();

  private Coroutine<Channel> connect(
      List<InetAddress> addresses, int port, @Nullable Duration delay, boolean allErrors) {
    return async(() ->
        new Dialer(
                NettyBridge.current(),
                "host.test",
                port,
                told,
                new Dialer.Order(delay, 0, allErrors, null))
            .connectTo(addresses));
  }

  private static String remote(Channel channel) {
    return ((InetSocketAddress) channel.remoteAddress()).getAddress().getHostAddress();
  }

  @Test
  void aSilentAddressDoesNotHoldUpTheNext() throws Exception {
    try (Peers peers = new Peers()) {
      peers.answering(2);
      run(() -> {
        Channel channel = await(connect(addresses(1, 2), peers.port, SOON, false));
        assertThat(remote(channel)).isEqualTo("127.0.0.2");
        assertThat(told.active).containsExactly(channel);
        channel.close();
      });
    }
  }

  @Test
  void anAddressThatRefusesIsFollowedByTheNextAtOnce() throws Exception {
    try (Peers peers = new Peers()) {
      peers.answering(2);
      run(() -> {
        Channel channel = await(connect(addresses(3, 4, 2), peers.port, NEVER, false));
        assertThat(remote(channel)).isEqualTo("127.0.0.2");
        channel.close();
      });
    }
  }

  @Test
  void theFirstThatAnswersWinsAndTheOthersAreNeverTold() throws Exception {
    try (Peers peers = new Peers();
        ServerSocket first = peers.answering(2);
        ServerSocket second = peers.answering(3)) {
      run(() -> {
        for (int i = 0; i < 20; i++) {
          told.active.clear();
          Channel channel =
              await(connect(addresses(2, 3), peers.port, i % 2 == 0 ? NEVER : millis(0), false));
          assertThat(told.active).containsExactly(channel);
          channel.close();
        }
      });
      assertThat(first.isBound() && second.isBound()).isTrue();
    }
  }

  @Test
  @Parity("CON-02")
  void ifNoneAnswersAllAreNamedInTheirOrder() throws Exception {
    try (Peers peers = new Peers()) {
      for (@Nullable Duration delay : new Duration[] {null, SOON, NEVER, millis(0)}) {
        assertThatThrownBy(
                () -> run(() -> await(connect(addresses(2, 3), peers.port, delay, false))))
            .isInstanceOf(ConnectionRefusedError.class)
            .hasMessage(
                "Multiple exceptions: Connect call failed ('127.0.0.2', %1$d): Connection refused,"
                        .formatted(peers.port)
                    + " Connect call failed ('127.0.0.3', %1$d): Connection refused"
                        .formatted(peers.port)
                    + " [host.test:%d, connecting]".formatted(peers.port));
      }
    }
  }

  @Test
  @Parity("CON-02")
  void errorsThatAreTheSameAreOne() throws Exception {
    try (Peers peers = new Peers()) {
      assertThatThrownBy(() -> run(() -> await(connect(addresses(2, 2), peers.port, SOON, false))))
          .hasMessageStartingWith("Connect call failed ('127.0.0.2'");
    }
  }

  @Test
  @Parity("CON-02")
  void allErrorsAreAGroupEvenIfThereIsOne() throws Exception {
    try (Peers peers = new Peers()) {
      for (@Nullable Duration delay : new Duration[] {null, SOON}) {
        assertThatThrownBy(() -> run(() -> await(connect(addresses(2), peers.port, delay, true))))
            .isInstanceOfSatisfying(
                ExceptionGroup.class,
                group -> {
                  assertThat(group.message()).isEqualTo("create_connection failed");
                  assertThat(group.exceptions())
                      .singleElement()
                      .isInstanceOf(ConnectionRefusedError.class);
                });
      }
    }
  }

  @Test
  void aCancelledRaceClosesEverything() throws Exception {
    try (Peers peers = new Peers()) {
      run(() -> {
        Task<Channel> racing =
            createTask(connect(addresses(1, 1, 1), peers.port, millis(0), false));
        await(sleep(millis(5)));
        racing.cancel();
        assertThatThrownBy(() -> await(racing)).isInstanceOf(CancelledError.class);
      });
    }
  }

  @Test
  void aRaceCanBeCancelledAnywhere() throws Exception {
    try (Peers peers = new Peers()) {
      peers.answering(2);
      CancelSweep.of(
              "race",
              world ->
                  world.victim(() -> {
                    await(connect(addresses(1, 2), peers.port, SOON, false)).close();
                  }))
          .onRealTime()
          .run();
    }
  }

  @Test
  void familiesTakeTurns() {
    InetAddress a1 = InetAddress.ofLiteral("2001:db8::1");
    InetAddress a2 = InetAddress.ofLiteral("2001:db8::2");
    InetAddress a3 = InetAddress.ofLiteral("2001:db8::3");
    InetAddress b1 = InetAddress.ofLiteral("192.0.2.1");
    InetAddress b2 = InetAddress.ofLiteral("192.0.2.2");
    List<InetAddress> resolved = List.of(a1, a2, a3, b1, b2);
    assertThat(Names.interleaved(resolved, 1)).containsExactly(a1, b1, a2, b2, a3);
    assertThat(Names.interleaved(resolved, 2)).containsExactly(a1, a2, b1, a3, b2);
    assertThat(Names.interleaved(resolved, 9)).containsExactly(a1, a2, a3, b1, b2);
    assertThat(Names.interleaved(List.of(b1), 1)).containsExactly(b1);
  }

  @Test
  @Parity("CST-15")
  void theDefaultsAreThoseOfAsyncio() {
    StreamOptions plain = StreamOptions.defaults();
    assertThat(Dialer.Order.of(plain)).isEqualTo(Dialer.Order.PLAIN);
    assertThat(Dialer.Order.of(plain.withHappyEyeballsDelay(SOON)))
        .isEqualTo(new Dialer.Order(SOON, 1, false, null));
    assertThat(Dialer.Order.of(plain.withHappyEyeballsDelay(SOON).withInterleave(0)))
        .isEqualTo(new Dialer.Order(SOON, 0, false, null));
    assertThat(Dialer.Order.of(plain.withInterleave(2).withAllErrors(true)))
        .isEqualTo(new Dialer.Order(null, 2, true, null));
    assertThatThrownBy(() -> plain.withHappyEyeballsDelay(millis(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> plain.withInterleave(-1)).isInstanceOf(IllegalArgumentException.class);
  }
}
