package jasyncio.net;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;

import jasyncio.CheckReturnValue;
import jasyncio.Context;
import jasyncio.Coroutine;
import jasyncio.EventLoop;
import jasyncio.ExceptionContext;
import jasyncio.Future;
import jasyncio.net.spi.DatagramOwner;
import jasyncio.net.spi.DatagramWire;
import jasyncio.net.spi.Network;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.DatagramChannel;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One socket for datagrams, whatever carries them, and the protocol that it tells.
///
/// Everything here runs on the loop. Counterpart: `_SelectorDatagramTransport`.
final class DatagramSocketTransport implements DatagramTransport, DatagramOwner, FlowControl.Owner {
  /*
   * Overview
   *
   * What comes in waits in the wire, a datagram or an error each, and one callback of the loop
   * tells the protocol all of it. CPython: Lib/asyncio/selector_events.py, 3.14. Difference: what
   * is sent leaves when the turn ends, in one system call where the system can do that.
   */

  /// CPython: `_header_size`. Many empty datagrams are not nothing.
  private static final int HEADER = 8;

  private final DatagramWire wire;
  private final EventLoop loop;
  private final Context context;
  private final Future<DatagramProtocol> ready;
  private final FlowControl flow = new FlowControl(this);
  private final Runnable deliver = this::deliver;
  private final Runnable deliverOne = this::deliverOne;
  private final Consumer<Throwable> reportReceived =
      cause -> report("Exception in callback protocol.datagram_received()", cause);
  private @Nullable Supplier<? extends DatagramProtocol> factory;
  private @Nullable DatagramProtocol protocol;
  private boolean made;
  private boolean scheduled;
  private boolean delivering;
  private boolean closing;
  private boolean lost;
  private boolean toldLost;
  private @Nullable Throwable failure;

  private DatagramSocketTransport(
      DatagramWire wire,
      Context context,
      Supplier<? extends DatagramProtocol> factory,
      Future<DatagramProtocol> ready) {
    this.wire = wire;
    this.loop = wire.loop();
    this.context = context;
    this.factory = factory;
    this.ready = ready;
  }

  // ---- opening ----

  /// Binds, connects if there is a remote address, and tells the protocol that `factory` makes.
  ///
  /// Suspends. Cancel-safe: what is open by then is closed.
  @CheckReturnValue
  static <P extends DatagramProtocol> Coroutine<Endpoint<DatagramTransport, P>> open(
      Supplier<P> factory, DatagramOptions options) {
    return async(() -> {
      Network network = Networks.current();
      return open(
          network, factory, (owners, begun) -> network.openDatagrams(options, owners, begun));
    });
  }

  /// Takes over a socket that is bound already, and tells the protocol that `factory` makes.
  ///
  /// Suspends. A cancellation closes the socket.
  @CheckReturnValue
  static <P extends DatagramProtocol> Coroutine<Endpoint<DatagramTransport, P>> adopt(
      Supplier<P> factory, DatagramChannel sock) {
    return async(() -> {
      Network network = Networks.current();
      return open(network, factory, (owners, begun) -> network.adoptDatagrams(sock, owners, begun));
    });
  }

  private static <P extends DatagramProtocol> Endpoint<DatagramTransport, P> open(
      Network network,
      Supplier<P> factory,
      BiFunction<
              Function<DatagramWire, DatagramOwner>,
              Future<DatagramProtocol>,
              Coroutine<@Nullable Void>>
          opening)
      throws IOException {
    Context context = Context.copyOfCurrent();
    Future<DatagramProtocol> ready = network.loop().createFuture();
    DatagramSocketTransport[] made = new DatagramSocketTransport[1];
    Function<DatagramWire, DatagramOwner> owners =
        wire -> {
          made[0] = new DatagramSocketTransport(wire, context, factory, ready);
          return made[0];
        };
    await(opening.apply(owners, ready), IOException.class);
    @SuppressWarnings("unchecked") // it is what the factory made
    P protocol = (P) await(ready);
    return new Endpoint<>(made[0], protocol);
  }

  // ---- what the wire reports ----

  @Override
  public void opened() {
    made = true;
    schedule();
  }

  @Override
  public boolean wants() {
    return !closing;
  }

  @Override
  public void arrived() {
    schedule();
  }

  @Override
  public void failed(Throwable cause) {
    report("Fatal read error on datagram transport", cause);
    if (!closing) {
      failure = cause;
    }
    closing = true;
    wire.close();
  }

  @Override
  public void closed() {
    lost = true;
    closing = true;
    schedule();
  }

  private void schedule() {
    if (scheduled || delivering || !made) {
      return;
    }
    if (loop.isClosed() || wire.isLoopEnding()) {
      wire.dropInput(); // no callback will run any more
      return;
    }
    scheduled = true;
    loop.callSoon(deliver, context);
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
      if (flow.takeResume()) {
        tell("protocol.resume_writing() failed", told::resumeWriting);
      }
      deliverInput();
      if (lost && !toldLost) {
        toldLost = true;
        tell(
            "Exception in callback protocol.connection_lost()",
            () -> protocol().connectionLost(failure));
      }
    } finally {
      delivering = false;
      if (!wire.isEmpty() || flow.isResumeDue()) {
        schedule(); // the protocol was interrupted by Ctrl-C, or has just sent what was left
      }
    }
  }

  private @Nullable DatagramProtocol begin() {
    Supplier<? extends DatagramProtocol> maker = factory;
    if (maker == null) {
      wire.dropInput();
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

  private void deliverInput() {
    while (true) {
      if (closing) {
        wire.dropInput();
        return;
      }
      if (!wire.next()) {
        return;
      }
      IOException error = wire.error();
      if (error != null) {
        tell(
            "Exception in callback protocol.error_received()",
            () -> protocol().errorReceived(error));
        continue;
      }
      try {
        loop.tell(deliverOne, reportReceived);
      } finally {
        wire.consumed();
      }
    }
  }

  private void deliverOne() {
    protocol().datagramReceived(wire.data(), wire.sender());
  }

  private void tell(String complaint, Runnable call) {
    loop.tell(call, failure -> report(complaint, failure));
  }

  private void report(String message, Throwable cause) {
    loop.callExceptionHandler(
        ExceptionContext.of(message).withException(cause).with("transport", this));
  }

  // ---- sending ----

  @Override
  public void sendto(byte[] data, @Nullable SocketAddress address) {
    checkThread("sendto");
    SocketAddress remote = wire.remote();
    if (remote != null && address != null && !remote.equals(address)) {
      throw new IllegalArgumentException("Invalid address: must be None or " + remote);
    }
    SocketAddress target = remote == null ? target(address) : null;
    wire.check(data.length);
    if (!closing) {
      flow.add(data.length + HEADER);
      wire.send(data, target);
      flow.pauseIfHigh();
    }
  }

  private SocketAddress target(@Nullable SocketAddress address) {
    boolean fits =
        wire.isUnix()
            ? address instanceof UnixDomainSocketAddress
            : address instanceof InetSocketAddress;
    if (address == null || !fits) {
      throw new IllegalArgumentException(
          "a socket that is not connected needs an address with each datagram, "
              + (wire.isUnix() ? "here of a Unix socket, " : "")
              + "got "
              + address);
    }
    if (address instanceof InetSocketAddress internet && internet.isUnresolved()) {
      throw new IllegalArgumentException(
          internet + " is a name that has not been looked up: use its address");
    }
    return address;
  }

  @Override
  public void pauseWriting() {
    tell("protocol.pause_writing() failed", protocol()::pauseWriting);
  }

  @Override
  public void resumeDue() {
    schedule();
  }

  @Override
  public void left(int length, @Nullable Throwable cause) {
    flow.written(length + HEADER);
    if (cause != null && !closing) {
      wire.add(
          cause instanceof IOException error
              ? error
              : new IOException(String.valueOf(cause.getMessage()), cause));
      schedule();
    }
    if (closing && flow.pending() == 0) {
      wire.close();
    }
  }

  @Override
  public long getWriteBufferSize() {
    return flow.pending();
  }

  @Override
  public WriteTransport.WriteBufferLimits getWriteBufferLimits() {
    return flow.limits();
  }

  @Override
  public void setWriteBufferLimits(@Nullable Long high, @Nullable Long low) {
    checkThread("setWriteBufferLimits");
    flow.setLimits(high, low);
  }

  // ---- groups ----

  @Override
  public Coroutine<@Nullable Void> joinGroup(InetAddress group, NetworkInterface network) {
    return async(() -> {
      checkGroups();
      await(wire.joinGroup(group, network));
    });
  }

  @Override
  public Coroutine<@Nullable Void> leaveGroup(InetAddress group, NetworkInterface network) {
    return async(() -> {
      checkGroups();
      await(wire.leaveGroup(group, network));
    });
  }

  private void checkGroups() {
    if (wire.isUnix()) {
      throw new UnsupportedOperationException("there are no groups of Unix sockets: " + this);
    }
  }

  // ---- closing ----

  @Override
  public void close() {
    checkThread("close");
    if (closing) {
      return;
    }
    closing = true;
    wire.flush();
    if (flow.pending() == 0) {
      wire.close();
    }
  }

  @Override
  public void abort() {
    checkThread("abort");
    closing = true;
    wire.close();
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
      case "peername" -> wire.remote();
      case "sockname" -> wire.localAddress();
      default -> null;
    };
  }

  private void checkThread(String operation) {
    loop.checkThread(this, operation);
  }

  @Override
  public String toString() {
    SocketAddress remote = wire.remote();
    return "<DatagramTransport "
        + wire.localAddress()
        + (remote == null ? "" : " to " + remote)
        + (lost ? " closed" : closing ? " closing" : "")
        + " write buffer="
        + flow.pending()
        + ">";
  }
}
