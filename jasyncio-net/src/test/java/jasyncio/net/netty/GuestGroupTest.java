package jasyncio.net.netty;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static jasyncio.Asyncio.toThread;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.DatagramChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// The loop lent to a library, which treats it as its own.
class GuestGroupTest {
  private static final InetSocketAddress ANY_PORT =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

  private static ChannelInitializer<Channel> silent() {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        channel.pipeline().addLast(new ChannelInboundHandlerAdapter());
      }
    };
  }

  private static Channel listen(NettyBridge bridge, EventLoopGroup group) {
    ChannelFuture bound =
        new ServerBootstrap()
            .group(group)
            .channel(bridge.serverChannel())
            .childHandler(silent())
            .bind(ANY_PORT);
    await(bridge.toFuture(bound));
    return bound.channel();
  }

  private static ChannelFuture connect(NettyBridge bridge, EventLoopGroup group, Channel to) {
    return new Bootstrap()
        .group(group)
        .channel(bridge.clientChannel())
        .handler(silent())
        .connect(to.localAddress());
  }

  private static void untilClosed(Channel channel) {
    while (channel.isOpen()) {
      await(sleep(seconds(0)));
    }
  }

  @Test
  void shuttingItDownIsDoneAtOnceClosesItsChannelsAndLeavesTheLoopAlone() {
    run(() -> {
      NettyBridge bridge = NettyBridge.current();
      EventLoopGroup one = bridge.guestGroup();
      EventLoopGroup other = bridge.guestGroup();
      Channel listening = listen(bridge, other);
      ChannelFuture connecting = connect(bridge, one, listening);
      await(bridge.toFuture(connecting));

      var down = one.shutdownGracefully();
      assertThat(down.isSuccess()).isTrue();
      down.syncUninterruptibly(); // as libraries do, on the loop's own thread too
      assertThat(one.awaitTermination(1, TimeUnit.DAYS)).isTrue();
      assertThat(one.isTerminated()).isTrue();
      untilClosed(connecting.channel());

      assertThat(bridge.nettyLoop().isShuttingDown()).isFalse();
      assertThat(other.isShuttingDown()).isFalse();
      await(bridge.toFuture(connect(bridge, other, listening)));
      other.shutdownGracefully();
      untilClosed(listening);
    });
  }

  @Test
  void aThreadThatWaitsForItsEndDoesNotHang() {
    run(() -> {
      NettyBridge bridge = NettyBridge.current();
      EventLoopGroup group = bridge.guestGroup();
      Channel listening = listen(bridge, group);
      boolean ended =
          await(
              toThread(() -> {
                group.shutdownGracefully(2, 15, TimeUnit.SECONDS).get();
                return group.awaitTermination(1, TimeUnit.DAYS);
              }));
      assertThat(ended).isTrue();
      untilClosed(listening);
    });
  }

  @Test
  void whatComesAfterItsEndIsRefused() {
    run(() -> {
      NettyBridge bridge = NettyBridge.current();
      EventLoopGroup group = bridge.guestGroup();
      Channel listening = listen(bridge, bridge.nettyLoop());
      group.shutdownGracefully();
      assertThatThrownBy(() -> await(bridge.toFuture(connect(bridge, group, listening))))
          .isInstanceOf(RejectedExecutionException.class)
          .hasMessageStartingWith("the group has been shut down: <GuestGroup of ");
    });
  }

  @Test
  void theChannelClassesAreOfTheLoopsKind() {
    run(() -> {
      NettyBridge bridge = NettyBridge.current();
      ChannelFuture bound =
          new Bootstrap()
              .group(bridge.guestGroup())
              .channel(bridge.datagramChannel())
              .handler(silent())
              .bind(ANY_PORT);
      await(bridge.toFuture(bound));
      assertThat(bound.channel()).isInstanceOf(DatagramChannel.class);
      listen(bridge, bridge.guestGroup());
    });
  }
}
