package jasyncio.net.netty;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.netty.util.concurrent.Promise;
import jasyncio.CancelledError;
import jasyncio.Future;
import jasyncio.LoopConfig;
import jasyncio.TimerHandle;
import jasyncio.net.ConnectionError;
import jasyncio.net.ConnectionError.Phase;
import jasyncio.net.ConnectionRefusedError;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NettyBridgeTest {
  private static ChannelInitializer<Channel> with(Supplier<ChannelHandler> handler) {
    return new ChannelInitializer<>() {
      @Override
      protected void initChannel(Channel channel) {
        channel.pipeline().addLast(handler.get());
      }
    };
  }

  private static final class Echo extends ChannelInboundHandlerAdapter {
    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      context.writeAndFlush(message);
    }
  }

  private static final class Collect extends SimpleChannelInboundHandler<ByteBuf> {
    final StringBuilder text = new StringBuilder();
    final int wanted;
    final Future<String> done;

    Collect(int wanted, Future<String> done) {
      this.wanted = wanted;
      this.done = done;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf bytes) {
      text.append(bytes.toString(StandardCharsets.US_ASCII));
      if (text.length() == wanted) {
        done.setResult(text.toString());
      }
    }
  }

  private static ByteBuf ascii(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII);
  }

  @Test
  void whatATaskWritesComesBackFromAnEchoServer() {
    String answer =
        run(() -> {
          NettyBridge bridge = NettyBridge.current();
          List<Channel> listening = await(bridge.listen("127.0.0.1", 0, 100, with(Echo::new)));
          int port = ((InetSocketAddress) listening.getFirst().localAddress()).getPort();
          Future<String> done = getRunningLoop().createFuture();
          Channel client =
              await(
                  bridge.connect("localhost", port, with(() -> new Collect(10, done)), seconds(5)));
          bridge.write(client, ascii("hello"));
          bridge.write(client, ascii("world"));
          return await(done);
        });
    assertThat(answer).isEqualTo("helloworld");
  }

  @Test
  void writesOfOneTurnAreFlushedTogether() {
    run(() -> {
      NettyBridge bridge = NettyBridge.current();
      List<Channel> listening = await(bridge.listen("127.0.0.1", 0, 100, with(Echo::new)));
      Channel client =
          await(
              bridge.connect(
                  "127.0.0.1",
                  ((InetSocketAddress) listening.getFirst().localAddress()).getPort(),
                  with(ChannelInboundHandlerAdapter::new),
                  null));
      var first = bridge.write(client, ascii("a"));
      var second = bridge.write(client, ascii("b"));
      assertThat(first.isDone()).isFalse();
      assertThat(second.isDone()).isFalse();
      await(bridge.toFuture(second));
      assertThat(first.isSuccess()).isTrue();
    });
  }

  @Test
  void aTaskThatWaitsUntilItsDataIsSentNeedsNothingElseToHappen() {
    run(() -> {
      NettyBridge bridge = NettyBridge.current();
      var silent = with(ChannelInboundHandlerAdapter::new);
      List<Channel> listening = await(bridge.listen("127.0.0.1", 0, 100, silent));
      int port = ((InetSocketAddress) listening.getFirst().localAddress()).getPort();
      Channel client = await(bridge.connect("127.0.0.1", port, silent, null));
      await(sleep(millis(1))); // the server has accepted: there will be no other event
      TimerHandle nextEvent = getRunningLoop().callLater(seconds(30), () -> {});
      await(
          bridge.toFuture(bridge.write(client, Unpooled.EMPTY_BUFFER))); // the system says nothing
      assertThat(nextEvent.when().nanos()).isGreaterThan(getRunningLoop().time().nanos());
      nextEvent.cancel();
    });
  }

  @Test
  void aRefusedConnectionNamesHostPortAndPhase() {
    assertThatThrownBy(() ->
            run(() -> {
              NettyBridge bridge = NettyBridge.current();
              List<Channel> listening = await(bridge.listen("127.0.0.1", 0, 100, with(Echo::new)));
              int port = ((InetSocketAddress) listening.getFirst().localAddress()).getPort();
              await(bridge.toFuture(listening.getFirst().close()));
              await(bridge.connect("127.0.0.1", port, with(Echo::new), seconds(5)));
            }))
        .isInstanceOf(ConnectionRefusedError.class)
        .hasMessageMatching(
            "Connect call failed \\('127.0.0.1', \\d+\\): Connection refused"
                + " \\[127.0.0.1:\\d+, connecting\\]");
  }

  @Test
  void anUnknownHostFailsWhileResolving() {
    assertThatThrownBy(() ->
            run(() -> {
              await(
                  NettyBridge.current().connect("no.such.host.invalid", 80, with(Echo::new), null));
            }))
        .isInstanceOfSatisfying(
            ConnectionError.class,
            e -> {
              assertThat(e.phase()).isEqualTo(Phase.RESOLVE);
              assertThat(e.host()).isEqualTo("no.such.host.invalid");
              assertThat(e.port()).isEqualTo(80);
            });
  }

  @Test
  void timersOfNettyRunWhileTheLoopWaits() {
    String result =
        run(() -> {
          NettyBridge bridge = NettyBridge.current();
          return await(
              bridge.<String>toFuture(
                  bridge.nettyLoop().schedule(() -> "done", 2, TimeUnit.MILLISECONDS)));
        });
    assertThat(result).isEqualTo("done");
  }

  @Test
  void aFutureOfAnotherThreadIsHandedOver() {
    run(() -> {
      NettyBridge bridge = NettyBridge.current();
      Promise<String> good = ImmediateEventExecutor.INSTANCE.newPromise();
      Promise<String> bad = ImmediateEventExecutor.INSTANCE.newPromise();
      Future<String> result = bridge.toFuture(good);
      Future<String> failure = bridge.toFuture(bad);
      RuntimeException error = new RuntimeException("bad");
      Thread.ofPlatform()
          .start(() -> {
            good.setSuccess("good");
            bad.setFailure(error);
          });
      assertThat(await(result)).isEqualTo("good");
      assertThat(catchThrowable(() -> await(failure))).isSameAs(error);
    });
  }

  @Test
  void cancellingTheOneFutureCancelsTheOther() {
    run(() -> {
      NettyBridge bridge = NettyBridge.current();
      Promise<String> theirs = bridge.nettyLoop().newPromise();
      Future<String> ours = bridge.toFuture(theirs);
      ours.cancel();
      assertThatThrownBy(() -> await(ours)).isInstanceOf(CancelledError.class);
      await(sleep(seconds(0)));
      assertThat(theirs.isCancelled()).isTrue();

      Promise<String> other = bridge.nettyLoop().newPromise();
      Future<String> waiting = bridge.toFuture(other);
      other.cancel(false);
      assertThatThrownBy(() -> await(waiting)).isInstanceOf(CancelledError.class);
    });
  }

  @Test
  void cancellingTheWaitForAWriteLeavesNoHoleInTheStream() {
    String answer =
        run(() -> {
          NettyBridge bridge = NettyBridge.current();
          List<Channel> listening = await(bridge.listen("127.0.0.1", 0, 100, with(Echo::new)));
          int port = ((InetSocketAddress) listening.getFirst().localAddress()).getPort();
          Future<String> done = getRunningLoop().createFuture();
          Channel client =
              await(bridge.connect("localhost", port, with(() -> new Collect(2, done)), null));
          Future<?> waiting = bridge.toFuture(bridge.write(client, ascii("a")));
          waiting.cancel();
          bridge.write(client, ascii("b"));
          return await(done);
        });
    assertThat(answer).isEqualTo("ab");
  }

  @Test
  void aLibraryCannotShutTheLoopDown() {
    run(() -> {
      NettyBridge bridge = NettyBridge.current();
      bridge.nettyLoop().shutdownGracefully();
      bridge.nettyLoop().close();
      assertThat(bridge.nettyLoop().isShuttingDown()).isFalse();
      await(bridge.listen("127.0.0.1", 0, 1, with(Echo::new)));
    });
  }

  @Test
  void aHandlerRunsInTheEventLoopWhereverATaskRuns() {
    run(() -> {
      NettyBridge bridge = NettyBridge.current();
      assertThat(bridge.nettyLoop().inEventLoop()).isTrue();
      boolean elsewhere = await(jasyncio.Asyncio.toThread(() -> bridge.nettyLoop().inEventLoop()));
      assertThat(elsewhere).isFalse();
    });
  }

  @Test
  void virtualTimeHasNoNetwork() {
    assertThatThrownBy(() ->
            run(
                jasyncio.Asyncio.<@Nullable Object>async(() -> NettyBridge.current()),
                LoopConfig.defaults().withVirtualTime()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("virtual time");
  }
}
