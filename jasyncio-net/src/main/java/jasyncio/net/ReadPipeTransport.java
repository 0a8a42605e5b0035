package jasyncio.net;

import jasyncio.net.spi.ChannelWatcher.Direction;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectableChannel;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The end of a pipe that is read. Counterpart: `_UnixReadPipeTransport`.
final class ReadPipeTransport extends ChannelTransport {
  /// What a pipe of Linux holds.
  private static final int PIECE = 64 * 1024;

  private final ReadableByteChannel source;
  private final ByteBuffer buffer = ByteBuffer.allocate(PIECE);
  private final @Nullable StreamPump pump;
  private boolean paused;

  <C extends SelectableChannel & ReadableByteChannel> ReadPipeTransport(
      C channel, ConnectionProtocol protocol) {
    super(channel, protocol);
    this.source = channel;
    this.pump = null;
  }

  ReadPipeTransport(StreamPump pump, ConnectionProtocol protocol) {
    super(pump.source(), protocol);
    this.source = pump.source();
    this.pump = pump;
  }

  /// Reads from `pipe`, and tells the protocol; in the current task.
  static <P extends ConnectionProtocol, C extends SelectableChannel & ReadableByteChannel>
      Endpoint<Transport, P> open(Supplier<P> factory, C pipe) {
    P protocol = factory.get();
    return begin(new ReadPipeTransport(pipe, protocol), protocol);
  }

  /// Reads from `stream`, and tells the protocol; in the current task.
  static <P extends ConnectionProtocol> Endpoint<Transport, P> open(
      Supplier<P> factory, InputStream stream) throws IOException {
    P protocol = factory.get();
    return begin(new ReadPipeTransport(StreamPump.start(stream), protocol), protocol);
  }

  @Override
  void start() {
    if (isReading()) {
      watch();
    }
  }

  private void watch() {
    watcher.add(channel, Direction.READ, this::read);
  }

  @Override
  void unwatch() {
    watcher.remove(channel, Direction.READ);
  }

  private void read() {
    int count;
    buffer.clear();
    try {
      count = source.read(buffer);
    } catch (IOException e) {
      end(e);
      return;
    }
    if (count > 0) {
      deliver();
    } else if (count < 0) {
      Throwable failure = pump == null ? null : pump.failure();
      if (failure != null) {
        end(failure);
        return;
      }
      closing = true;
      unwatch();
      tell("eof_received()", () -> protocol().eofReceived());
      end(null);
    }
  }

  private void deliver() {
    buffer.flip();
    switch (protocol()) {
      case Protocol receiver -> tell("data_received()", () -> receiver.dataReceived(buffer));
      case BufferedProtocol receiver -> {
        while (buffer.hasRemaining() && !closing) {
          tell("get_buffer() or protocol.buffer_updated()", () -> deliverPart(receiver));
        }
      }
    }
  }

  private void deliverPart(BufferedProtocol receiver) {
    ByteBuffer room = receiver.getBuffer(buffer.remaining());
    if (!room.hasRemaining()) {
      throw new IllegalStateException("get_buffer() returned an empty buffer");
    }
    int count = Math.min(room.remaining(), buffer.remaining());
    room.put(room.position(), buffer, buffer.position(), count);
    room.position(room.position() + count);
    buffer.position(buffer.position() + count);
    receiver.bufferUpdated(count);
  }

  @Override
  public boolean isReading() {
    return !paused && !closing;
  }

  @Override
  public void pauseReading() {
    if (isReading()) {
      paused = true;
      unwatch();
    }
  }

  @Override
  public void resumeReading() {
    if (paused && !closing) {
      paused = false;
      watch();
    }
  }

  @Override
  public void close() {
    end(null);
  }

  // ---- what only the other end can ----

  @Override
  public void write(byte[] data, int offset, int length) {
    throw wrongEnd("write");
  }

  @Override
  public void write(ByteBuffer data) {
    throw wrongEnd("write");
  }

  @Override
  public void writeEof() {
    throw wrongEnd("writeEof");
  }

  @Override
  public boolean canWriteEof() {
    return false;
  }

  @Override
  public long getWriteBufferSize() {
    return 0;
  }

  @Override
  public WriteBufferLimits getWriteBufferLimits() {
    throw wrongEnd("getWriteBufferLimits");
  }

  @Override
  public void setWriteBufferLimits(@Nullable Long high, @Nullable Long low) {
    throw wrongEnd("setWriteBufferLimits");
  }
}
