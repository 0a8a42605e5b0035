package jasyncio.net.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.function.IntConsumer;

/// Drops what comes in, before anybody decrypts it.
final class InputDrop extends ChannelInboundHandlerAdapter {
  private final IntConsumer dropped;

  /// @param dropped told of each piece how many bytes it had
  InputDrop(IntConsumer dropped) {
    this.dropped = dropped;
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    ByteBuf data = (ByteBuf) message;
    int size = data.readableBytes();
    data.release();
    dropped.accept(size);
  }
}
