package jasyncio.net.netty;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.seconds;
import static jasyncio.net.Net.startServer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import jasyncio.Coroutine;
import jasyncio.net.ConnectionRefusedError;
import jasyncio.net.Server;
import jasyncio.parity.Parity;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Happy eyeballs over IPv6 and IPv4, both real: a host of which one family answers.
@Timeout(60)
@Parity("CON-03")
class BothFamiliesTest {
  private static final InetAddress FOUR = InetAddress.ofLiteral("127.0.0.1");
  private static final InetAddress SIX = InetAddress.ofLiteral("::1");

  private static Server serverAt(InetAddress address, int port) {
    return await(startServer((_, writer) -> writer.close(), address.getHostAddress(), port));
  }

  private static Coroutine<InetAddress> connect(List<InetAddress> resolved, int port) {
    ChannelInitializer<Channel> silent =
        new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel channel) {
            channel.pipeline().addLast(new ChannelInboundHandlerAdapter());
          }
        };
    return async(() -> {
      // the other family is tried when the first has failed, not when the time is up
      Dialer.Order order = new Dialer.Order(seconds(3600), 1, false, null);
      Channel channel =
          new Dialer(NettyBridge.current(), "host.test", port, silent, order).connectTo(resolved);
      InetAddress remote = ((InetSocketAddress) channel.remoteAddress()).getAddress();
      await(NettyBridge.current().toFuture(channel.close()));
      return remote;
    });
  }

  @Test
  void theFamilyThatAnswersIsTakenWhateverComesFirst() {
    run(() -> {
      for (InetAddress listening : List.of(FOUR, SIX)) {
        try (Server server = serverAt(listening, 0)) {
          assertThat(await(connect(List.of(SIX, FOUR), server.port()))).isEqualTo(listening);
          assertThat(await(connect(List.of(FOUR, SIX), server.port()))).isEqualTo(listening);
        }
      }
    });
  }

  @Test
  void ifBothAnswerTheFirstIsTaken() {
    run(() -> {
      try (Server six = serverAt(SIX, 0);
          Server four = serverAt(FOUR, six.port())) {
        assertThat(await(connect(List.of(SIX, FOUR), four.port()))).isEqualTo(SIX);
        assertThat(await(connect(List.of(FOUR, SIX), four.port()))).isEqualTo(FOUR);
      }
    });
  }

  @Test
  void aDelayOfNothingTriesBothAtOnce() {
    run(() -> {
      try (Server server = serverAt(SIX, 0)) {
        Dialer.Order order = new Dialer.Order(millis(0), 1, false, null);
        Channel channel =
            new Dialer(
                    NettyBridge.current(),
                    "host.test",
                    server.port(),
                    new ChannelInboundHandlerAdapter() {
                      @Override
                      public boolean isSharable() {
                        return true;
                      }
                    },
                    order)
                .connectTo(List.of(FOUR, SIX));
        assertThat(((InetSocketAddress) channel.remoteAddress()).getAddress()).isEqualTo(SIX);
        await(NettyBridge.current().toFuture(channel.close()));
      }
    });
  }

  @Test
  void ifNoneAnswersBothAreNamed() {
    run(() -> {
      int port;
      try (Server gone = serverAt(SIX, 0)) {
        port = gone.port();
      }
      assertThatThrownBy(() -> await(connect(List.of(SIX, FOUR), port)))
          .isInstanceOf(ConnectionRefusedError.class)
          .hasMessageContaining("Connect call failed ('0:0:0:0:0:0:0:1', " + port + ")")
          .hasMessageContaining("Connect call failed ('127.0.0.1', " + port + ")");
    });
  }
}
