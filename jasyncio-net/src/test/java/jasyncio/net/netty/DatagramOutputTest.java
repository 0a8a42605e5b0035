package jasyncio.net.netty;

import static jasyncio.Asyncio.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

/// Datagrams that wait for the system, on a channel that has no socket: there an empty one cannot
/// be sent, which tells when it was tried.
class DatagramOutputTest {
  private final Queue<ChannelPromise> writes = new ArrayDeque<>();
  private final List<String> events = new ArrayList<>();

  /// A socket whose system takes nothing until it is told to.
  private EmbeddedChannel busy() {
    return new EmbeddedChannel(
        new ChannelOutboundHandlerAdapter() {
          @Override
          public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
            ReferenceCountUtil.release(message);
            writes.add(promise);
          }
        });
  }

  private DatagramOutput output(EmbeddedChannel channel) {
    return new DatagramOutput(
        NettyBridge.current(),
        channel,
        (length, error) -> events.add(error == null ? "sent " + length : "empty"));
  }

  @Test
  void anEmptyDatagramWaitsForThoseBeforeItAndHoldsUpThoseBehindIt() {
    run(() -> {
      DatagramOutput output = output(busy());
      output.send(new byte[1], null);
      output.send(new byte[2], null);
      output.send(new byte[0], null);
      output.send(new byte[3], null);
      output.send(new byte[0], null);
      assertThat(writes).hasSize(2);
      writes.remove().setSuccess();
      assertThat(events).containsExactly("sent 1");
      writes.remove().setSuccess();
      assertThat(events).containsExactly("sent 1", "sent 2", "empty");
      assertThat(writes).hasSize(1);
      writes.remove().setSuccess();
      assertThat(events).containsExactly("sent 1", "sent 2", "empty", "sent 3", "empty");
    });
  }
}
