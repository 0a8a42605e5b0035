package jasyncio.net.netty;

import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.ServerChannel;
import io.netty.channel.nio.AbstractNioMessageChannel;
import io.netty.channel.socket.nio.NioDomainSocketChannel;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A Unix socket that listens already, on NIO. Netty's own channel removes the socket's file when
/// it is closed, whosever it is by then; this one leaves files alone.
final class NioUnixServerChannel extends AbstractNioMessageChannel implements ServerChannel {
  private static final ChannelMetadata METADATA = new ChannelMetadata(false, 16);

  private final ServerSocketChannel listening;
  private final ChannelConfig config = new DefaultChannelConfig(this);

  NioUnixServerChannel(ServerSocketChannel listening) {
    super(null, listening, SelectionKey.OP_ACCEPT);
    this.listening = listening;
  }

  @Override
  protected int doReadMessages(List<Object> accepted) throws Exception {
    SocketChannel one = listening.accept();
    if (one == null) {
      return 0;
    }
    accepted.add(new NioDomainSocketChannel(this, one));
    return 1;
  }

  @Override
  protected boolean closeOnReadError(Throwable cause) {
    return false; // as with too many open files: they may be fewer later
  }

  @Override
  protected void doClose() throws Exception {
    super.doClose();
    listening.close();
  }

  @Override
  public boolean isActive() {
    return listening.isOpen();
  }

  @Override
  public ChannelConfig config() {
    return config;
  }

  @Override
  public ChannelMetadata metadata() {
    return METADATA;
  }

  @Override
  protected @Nullable SocketAddress localAddress0() {
    try {
      return listening.getLocalAddress();
    } catch (IOException e) {
      return null; // closed
    }
  }

  // ---- nothing for a listening socket ----

  @Override
  protected @Nullable SocketAddress remoteAddress0() {
    return null;
  }

  @Override
  protected void doBind(SocketAddress address) {
    throw new UnsupportedOperationException("it is bound already");
  }

  @Override
  protected void doDisconnect() {
    throw new UnsupportedOperationException();
  }

  @Override
  protected boolean doConnect(SocketAddress remote, SocketAddress local) {
    throw new UnsupportedOperationException();
  }

  @Override
  protected void doFinishConnect() {
    throw new UnsupportedOperationException();
  }

  @Override
  protected boolean doWriteMessage(Object message, ChannelOutboundBuffer out) {
    throw new UnsupportedOperationException();
  }
}
