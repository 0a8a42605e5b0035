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
import jasyncio.Context;
import jasyncio.Coroutine;
import jasyncio.EventLoop;
import jasyncio.ExceptionContext;
import jasyncio.Future;
import jasyncio.net.BaseProtocol;
import jasyncio.net.DatagramProtocol;
import jasyncio.net.DatagramTransport;
import jasyncio.net.WriteTransport.WriteBufferLimits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One socket for datagrams, and the protocol that it tells.
///
/// Everything here runs on the loop. Counterpart: `_SelectorDatagramTransport`.
final class DatagramSocketTransport extends ChannelInboundHandlerAdapter
    implements DatagramTransport {
  /*
   * Overview
   *
   * What Netty reports is put into `inbox`, a packet or an error each, and one callback of the loop
   * tells the protocol all of it. CPython: Lib/asyncio/selector_events.py, 3.14. Difference: what
   * is sent leaves when the turn ends, in one system call where the transport can do that.
   */
  private final NettyBridge bridge;
  private final EventLoop loop;
  private final Channel channel;
  private final Context context;
  private final Future<DatagramProtocol> ready;
  private final @Nullable SocketAddress remote;
  private final Runnable deliver = this::deliver;
  private final Runnable deliverOne = this::deliverOne;
  private final Consumer<Throwable> reportReceived =
      cause -> report("Exception in callback protocol.datagram_received()", cause);
  private final Queue<Object> inbox = new ArrayDeque<>();
  private final DatagramOutput output;
  private @Nullable Supplier<? extends DatagramProtocol> factory;
  private @Nullable DatagramProtocol protocol;
  private boolean made;
  private boolean scheduled;
  private boolean delivering;
  private boolean closing;
  private boolean lost;
  private boolean toldLost;
  private @Nullable Throwable failure;

  /// What the protocol is being told of.
  private @Nullable AddressedEnvelope<?, ?> arrived;

  DatagramSocketTransport(
      NettyBridge bridge,
      Channel channel,
      Context context,
      Supplier<? extends DatagramProtocol> factory,
      Future<DatagramProtocol> ready,
      @Nullable SocketAddress remote) {
    this.bridge = bridge;
    this.loop = bridge.loop();
    this.channel = channel;
    this.context = context;
    this.factory = factory;
    this.ready = ready;
    this.remote = remote;
    this.output = new DatagramOutput(bridge, channel, this::pauseWriting, this::sent);
    channel
        .closeFuture()
        .addListener(_ -> {
          lost = true;
          closing = true;
          schedule();
        });
  }

  // ---- what Netty reports ----

  @Override
  public void channelActive(ChannelHandlerContext context) {
    made = true;
    schedule();
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (closing) {
      ReferenceCountUtil.release(message);
    } else {
      inbox.add(message);
      schedule();
    }
  }

  /// A native transport has dropped an empty datagram, or an unconnected one has nothing to read.
  void emptyReceived() {
    if (remote != null && !closing) {
      inbox.add(
          new DefaultAddressedEnvelope<>(Unpooled.EMPTY_BUFFER, channel.localAddress(), remote));
      schedule();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    if (cause instanceof IOException) {
      inbox.add(cause);
      schedule();
    } else {
      report("Fatal read error on datagram transport", cause);
      fail(cause);
    }
  }

  private void schedule() {
    if (scheduled || delivering || !made) {
      return;
    }
    if (loop.isClosed() || bridge.nettyLoop().isShuttingDown()) {
      drop(); // no callback will run any more
      return;
    }
    scheduled = true;
    loop.callSoon(deliver, context);
  }

  private void drop() {
    inbox.forEach(ReferenceCountUtil::release); // packets; errors are left alone
    inbox.clear();
  }

  // ---- callbacks of the loop ----

  private void deliver() {
    scheduled = false;
    delivering = true;
    try {
      DatagramProtocol told = protocol == null ? begin() : protocol;
      if (told == null) {
        return;
      }
      if (output.takeResume()) {
        tell("protocol.resume_writing() failed", told::resumeWriting);
      }
      deliverInbox();
      if (lost && !toldLost) {
        toldLost = true;
        tell(
            "Exception in callback protocol.connection_lost()",
            () -> protocol().connectionLost(failure));
      }
    } finally {
      delivering = false;
      if (!inbox.isEmpty()) {
        schedule(); // the protocol was interrupted by Ctrl-C
      }
    }
  }

  private @Nullable DatagramProtocol begin() {
    Supplier<? extends DatagramProtocol> maker = factory;
    if (maker == null) {
      drop();
      return null;
    }
    factory = null;
    loop.tell(
        () -> protocol = Objects.requireNonNull(maker.get(), "the protocol factory returned null"),
        this::notMade);
    DatagramProtocol first = protocol;
    if (first == null) {
      return null;
    }
    tell("Exception in callback protocol.connection_made()", () -> first.connectionMade(this));
    ready.trySetResult(first);
    return first;
  }

  private void notMade(Throwable cause) {
    abort();
    ready.trySetException(cause);
  }

  private void deliverInbox() {
    while (true) {
      if (closing) {
        drop();
        return;
      }
      switch (inbox.poll()) {
        case null -> {
          return;
        }
        case AddressedEnvelope<?, ?> packet when packet.content() instanceof ByteBuf _ -> {
          try {
            arrived = packet;
            loop.tell(deliverOne, reportReceived);
          } finally {
            arrived = null;
            packet.release();
          }
        }
        case IOException error ->
            tell(
                "Exception in callback protocol.error_received()",
                () -> protocol().errorReceived(error));
        default -> throw new AssertionError();
      }
    }
  }

  private void deliverOne() {
    AddressedEnvelope<?, ?> packet = arrived;
    if (packet != null && packet.content() instanceof ByteBuf content) {
      protocol()
          .datagramReceived(
              content.internalNioBuffer(content.readerIndex(), content.readableBytes()),
              Objects.requireNonNull(NettyTransport.toJdk(packet.sender())));
    }
  }

  private void tell(String complaint, Runnable call) {
    loop.tell(call, failure -> report(complaint, failure));
  }

  private void report(String message, Throwable cause) {
    loop.callExceptionHandler(
        ExceptionContext.of(message).withException(cause).with("transport", this));
  }

  private void fail(Throwable cause) {
    if (!closing) {
      failure = cause;
    }
    closing = true;
    channel.close();
  }

  // ---- sending ----

  @Override
  public void sendto(byte[] data, @Nullable SocketAddress address) {
    checkThread("sendto");
    if (remote != null && address != null && !remote.equals(address)) {
      throw new IllegalArgumentException("Invalid address: must be None or " + remote);
    }
    SocketAddress target = remote == null ? target(address) : null;
    if (data.length == 0) {
      EmptyDatagrams.check(channel, remote != null);
    }
    if (!closing) {
      output.send(data, target);
    }
  }

  private SocketAddress target(@Nullable SocketAddress address) {
    boolean fits =
        channel instanceof DatagramChannel
            ? address instanceof InetSocketAddress
            : address instanceof UnixDomainSocketAddress;
    if (address == null || !fits) {
      throw new IllegalArgumentException(
          "a socket that is not connected needs an address with each datagram, "
              + (channel instanceof DatagramChannel ? "" : "here of a Unix socket, ")
              + "got "
              + address);
    }
    if (address instanceof InetSocketAddress internet && internet.isUnresolved()) {
      throw new IllegalArgumentException(
          internet + " is a name that has not been looked up: use its address");
    }
    return address;
  }

  private void pauseWriting() {
    tell("protocol.pause_writing() failed", protocol()::pauseWriting);
  }

  /// One datagram more has left, or not.
  private void sent(@Nullable Throwable cause) {
    if (cause != null && !closing) {
      inbox.add(
          cause instanceof IOException
              ? cause
              : new IOException(String.valueOf(cause.getMessage()), cause));
      schedule();
    }
    if (output.resumeDue()) {
      schedule();
    }
    if (closing && output.pending() == 0) {
      channel.close();
    }
  }

  @Override
  public long getWriteBufferSize() {
    return output.pending();
  }

  @Override
  public WriteBufferLimits getWriteBufferLimits() {
    return output.limits();
  }

  @Override
  public void setWriteBufferLimits(@Nullable Long high, @Nullable Long low) {
    checkThread("setWriteBufferLimits");
    output.setLimits(high, low);
  }

  // ---- groups ----

  private DatagramChannel internet() {
    if (channel instanceof DatagramChannel internet) {
      return internet;
    }
    throw new UnsupportedOperationException("there are no groups of Unix sockets: " + this);
  }

  @Override
  public Coroutine<@Nullable Void> joinGroup(InetAddress group, NetworkInterface network) {
    return async(() -> {
      await(bridge.toFuture(internet().joinGroup(new InetSocketAddress(group, 0), network)));
    });
  }

  @Override
  public Coroutine<@Nullable Void> leaveGroup(InetAddress group, NetworkInterface network) {
    return async(() -> {
      await(bridge.toFuture(internet().leaveGroup(new InetSocketAddress(group, 0), network)));
    });
  }

  // ---- closing ----

  @Override
  public void close() {
    checkThread("close");
    if (closing) {
      return;
    }
    closing = true;
    bridge.inside(() -> {
      channel.flush();
      if (output.pending() == 0) {
        channel.close();
      }
    });
  }

  @Override
  public void abort() {
    checkThread("abort");
    closing = true;
    bridge.close(channel);
  }

  @Override
  public boolean isClosing() {
    return closing;
  }

  // ---- looking and changing ----

  private DatagramProtocol protocol() {
    DatagramProtocol known = protocol;
    if (known == null) {
      throw new IllegalStateException("the transport has no protocol yet");
    }
    return known;
  }

  @Override
  public BaseProtocol getProtocol() {
    return protocol();
  }

  @Override
  public void setProtocol(BaseProtocol protocol) {
    checkThread("setProtocol");
    if (!(protocol instanceof DatagramProtocol wanted)) {
      throw new IllegalArgumentException(
          "a socket for datagrams needs a DatagramProtocol, got " + protocol);
    }
    this.protocol = wanted;
  }

  @Override
  public @Nullable Object getExtraInfo(String name) {
    return switch (name) {
      case "peername" -> remote;
      case "sockname" -> NettyTransport.toJdk(channel.localAddress());
      default -> null;
    };
  }

  private void checkThread(String operation) {
    loop.checkThread(this, operation);
  }

  @Override
  public String toString() {
    return "<DatagramTransport "
        + channel.localAddress()
        + (remote == null ? "" : " to " + remote)
        + (lost ? " closed" : closing ? " closing" : "")
        + " write buffer="
        + output.pending()
        + ">";
  }
}
