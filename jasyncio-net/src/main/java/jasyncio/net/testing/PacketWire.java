package jasyncio.net.testing;

import static jasyncio.Asyncio.async;

import jasyncio.Context;
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

/// A simulated socket for datagrams. Used on the loop.
final class PacketWire implements DatagramWire {
  private final Station station;
  private final InetSocketAddress local;
  private final @Nullable InetSocketAddress remote;
  private final DatagramOwner owner;
  private final Queue<Packet> outgoing = new ArrayDeque<>();

  /// Packets and errors.
  private final Queue<Object> inbox = new ArrayDeque<>();

  private @Nullable Object current;
  private boolean flushDue;
  private boolean closed;

  /// A datagram on its way.
  static final class Packet {
    private final byte[] data;
    private final InetSocketAddress address;

    /// @param address where it goes, or where it has come from
    Packet(byte[] data, InetSocketAddress address) {
      this.data = data;
      this.address = address;
    }

    byte[] data() {
      return data;
    }

    InetSocketAddress address() {
      return address;
    }
  }

  PacketWire(
      Station station,
      InetSocketAddress local,
      @Nullable InetSocketAddress remote,
      Function<DatagramWire, DatagramOwner> owners) {
    this.station = station;
    this.local = local;
    this.remote = remote;
    this.owner = owners.apply(this);
  }

  void begin() {
    owner.opened();
  }

  InetSocketAddress local() {
    return local;
  }

  void arrived(Packet packet) {
    boolean fits = remote == null || remote.equals(packet.address());
    if (!closed && fits && owner.wants()) {
      inbox.add(packet);
      owner.arrived();
    }
  }

  // ---- sending ----

  @Override
  public void check(int length) {}

  @Override
  public void send(byte[] data, @Nullable SocketAddress target) {
    InetSocketAddress address = remote != null ? remote : (InetSocketAddress) target;
    outgoing.add(new Packet(data.clone(), Objects.requireNonNull(address)));
    if (!flushDue) {
      flushDue = true;
      loop().callSoon(this::flush, new Context());
    }
  }

  @Override
  public void flush() {
    flushDue = false;
    for (Packet packet = outgoing.poll(); packet != null; packet = outgoing.poll()) {
      station.send(this, packet);
      owner.left(packet.data().length, null);
    }
  }

  // ---- receiving ----

  @Override
  public boolean next() {
    current = inbox.poll();
    return current != null;
  }

  @Override
  public @Nullable IOException error() {
    return current instanceof IOException error ? error : null;
  }

  private Packet packet() {
    if (current instanceof Packet packet) {
      return packet;
    }
    throw new AssertionError("no datagram but " + current);
  }

  @Override
  public ByteBuffer data() {
    return ByteBuffer.wrap(packet().data());
  }

  @Override
  public SocketAddress sender() {
    return packet().address();
  }

  @Override
  public void consumed() {
    current = null;
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
    inbox.clear();
  }

  // ---- groups: there are none ----

  @Override
  public Coroutine<@Nullable Void> joinGroup(InetAddress group, NetworkInterface network) {
    return async(() -> {
      throw new UnsupportedOperationException("a simulated network has no multicast groups");
    });
  }

  @Override
  public Coroutine<@Nullable Void> leaveGroup(InetAddress group, NetworkInterface network) {
    return joinGroup(group, network);
  }

  // ---- the end, and looking at it ----

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      station.forget(this);
      loop().callSoon(owner::closed, new Context());
    }
  }

  @Override
  public EventLoop loop() {
    return station.loop();
  }

  @Override
  public boolean isLoopEnding() {
    return loop().isClosed();
  }

  @Override
  public @Nullable SocketAddress remote() {
    return remote;
  }

  @Override
  public boolean isUnix() {
    return false;
  }

  @Override
  public SocketAddress localAddress() {
    return local;
  }
}
