package jasyncio.net.netty;

import io.netty.channel.Channel;
import jasyncio.net.spi.Acceptor.Dealt;

/// An accepted connection that another loop is given.
record DealtChannel(Channel channel) implements Dealt {
  @Override
  public void close() {
    channel.close();
  }

  @Override
  public void whenClosed(Runnable work) {
    channel.closeFuture().addListener(_ -> work.run());
  }
}
