package jasyncio.net.netty;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.AddressedEnvelope;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.DefaultAddressedEnvelope;
import io.netty.channel.socket.DatagramChannel;
import io.netty.util.ReferenceCountUtil;
import jasyncio.Coroutine;
import jasyncio.EventLoop;
import jasyncio.net.spi.DatagramOwner;
import jasyncio.net.spi.DatagramWire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A socket for datagrams that is one of Netty's channels. Used on the loop.
final class NettyDatagramWire extends ChannelInboundHandlerAdapter implements DatagramWire {
  private final NettyBridge bridge;
  private final Channel channel;
  private final @Nullable SocketAddress remote;
  private final DatagramOutput output;
  private final DatagramOwner owner;

  /// Packets and errors.
  private final Queue<Object> inbox = new ArrayDeque<>();

  /// What next() has given.
  private @Nullable Object arrived;

  NettyDatagramWire(
      NettyBridge bridge,
      Channel channel,
      @Nullable SocketAddress remote,
      Function<DatagramWire, DatagramOwner> owners) {
    this.bridge = bridge;
    this.channel = channel;
    this.remote = remote;
    this.owner = owners.apply(this);
    this.output = new DatagramOutput(bridge, channel, owner::left);
    channel.closeFuture().addListener(_ -> owner.closed());
  }

  // ---- what Netty reports ----

  @Override
  public void channelActive(ChannelHandlerContext context) {
    owner.opened();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (owner.wants()) {
      inbox.add(message);
      owner.arrived();
    } else {
      ReferenceCountUtil.release(message);
    }
  }

  /// A native transport has dropped an empty datagram, or an unconnected one has nothing to read.
  void emptyReceived() {
    if (remote != null && owner.wants()) {
      inbox.add(
          new DefaultAddressedEnvelope<>(Unpooled.EMPTY_BUFFER, channel.localAddress(), remote));
      owner.arrived();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof IOException) {
      inbox.add(cause);
      owner.arrived();
    } else {
      owner.failed(cause);
    }
  }

  // ---- sending ----

  @Override
  public void check(int length) {
    if (length == 0) {
      EmptyDatagrams.check(channel, remote != null);
    }
  }

  @Override
  public void send(byte[] data, @Nullable SocketAddress target) {
    output.send(data, target);
  }

  @Override
  public void flush() {
    bridge.inside(() -> {
      channel.flush();
    });
  }

  // ---- receiving ----

  @Override
  public boolean next() {
    arrived = inbox.poll();
    return arrived != null;
  }

  @Override
  public @Nullable IOException error() {
    return arrived instanceof IOException error ? error : null;
  }

  private AddressedEnvelope<?, ?> packet() {
    if (arrived instanceof AddressedEnvelope<?, ?> packet) {
      return packet;
    }
    throw new AssertionError("no datagram but " + arrived);
  }

  @Override
  public ByteBuffer data() {
    ByteBuf content = (ByteBuf) packet().content();
    return content.internalNioBuffer(content.readerIndex(), content.readableBytes());
  }

  @Override
  public SocketAddress sender() {
    return Objects.requireNonNull(NettyTransport.toJdk(packet().sender()));
  }

  @Override
  public void consumed() {
    Object done = arrived;
    arrived = null;
    ReferenceCountUtil.release(done);
  }

  @Override
  public void add(IOException error) {
    inbox.add(error);
  }

  @Override
  public boolean isEmpty() {
    return inbox.isEmpty();
  }

  @Override
  public void dropInput() {
    inbox.forEach(ReferenceCountUtil::release); // packets; errors are left alone
    inbox.clear();
  }

  // ---- groups ----

  @Override
  public Coroutine<@Nullable Void> joinGroup(InetAddress group, NetworkInterface network) {
    return async(() -> {
      DatagramChannel internet = (DatagramChannel) channel;
      await(bridge.toFuture(internet.joinGroup(new InetSocketAddress(group, 0), network)));
    });
  }

  @Override
  public Coroutine<@Nullable Void> leaveGroup(InetAddress group, NetworkInterface network) {
    return async(() -> {
      DatagramChannel internet = (DatagramChannel) channel;
      await(bridge.toFuture(internet.leaveGroup(new InetSocketAddress(group, 0), network)));
    });
  }

  // ---- the end, and looking at it ----

  @Override
  public void close() {
    bridge.close(channel);
  }

  @Override
  public EventLoop loop() {
    return bridge.loop();
  }

  @Override
  public boolean isLoopEnding() {
    return bridge.nettyLoop().isShuttingDown();
  }

  @Override
  public @Nullable SocketAddress remote() {
    return remote;
  }

  @Override
  public boolean isUnix() {
    return !(channel instanceof DatagramChannel);
  }

  @Override
  public @Nullable SocketAddress localAddress() {
    return NettyTransport.toJdk(channel.localAddress());
  }
}
