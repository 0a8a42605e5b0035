package jasyncio.net;

import jasyncio.net.netty.ChannelWatcher.Direction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The end of a pipe that is written. Counterpart: `_UnixWritePipeTransport`.
final class WritePipeTransport extends ChannelTransport {
  private final WritableByteChannel sink;
  private final Queue<ByteBuffer> waiting = new ArrayDeque<>();
  private WriteBufferLimits limits = WriteBufferLimits.of(null, null);
  private long pending;
  private boolean paused;

  <C extends SelectableChannel & WritableByteChannel> WritePipeTransport(
      C channel, ConnectionProtocol protocol) {
    super(channel, protocol);
    this.sink = channel;
  }

  /// Writes to `pipe`, and tells the protocol; in the current task.
  static <P extends ConnectionProtocol, C extends SelectableChannel & WritableByteChannel>
      Endpoint<Transport, P> open(Supplier<P> factory, C pipe) {
    P protocol = factory.get();
    return begin(new WritePipeTransport(pipe, protocol), protocol);
  }

  @Override
  void unwatch() {
    watcher.remove(channel, Direction.WRITE);
    waiting.clear();
    pending = 0;
  }

  @Override
  public void write(byte[] data, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, data.length);
    write(ByteBuffer.wrap(data, offset, length));
  }

  @Override
  public void write(ByteBuffer data) {
    if (closing) {
      data.position(data.limit());
      drop();
      return;
    }
    try {
      if (waiting.isEmpty()) {
        sink.write(data);
      }
    } catch (IOException e) {
      data.position(data.limit());
      end(e);
      return;
    }
    if (!data.hasRemaining()) {
      return;
    }
    ByteBuffer copy = ByteBuffer.allocate(data.remaining()).put(data).flip();
    if (waiting.isEmpty()) {
      watcher.add(channel, Direction.WRITE, this::writeOn);
    }
    waiting.add(copy);
    pending += copy.remaining();
    if (pending > limits.high() && !paused) {
      paused = true;
      tell("pause_writing()", () -> protocol().pauseWriting());
    }
  }

  /// The pipe takes data again.
  private void writeOn() {
    try {
      for (ByteBuffer first = waiting.peek(); first != null; first = waiting.peek()) {
        pending -= sink.write(first);
        if (first.hasRemaining()) {
          break;
        }
        waiting.remove();
      }
    } catch (IOException e) {
      end(e);
      return;
    }
    if (paused && pending <= limits.low()) {
      paused = false;
      tell("resume_writing()", () -> protocol().resumeWriting());
    }
    if (waiting.isEmpty()) {
      watcher.remove(channel, Direction.WRITE);
      if (closing) {
        end(null);
      }
    }
  }

  @Override
  public void close() {
    if (closing) {
      return;
    }
    closing = true;
    if (waiting.isEmpty()) {
      end(null);
    }
  }

  /// Ends a pipe altogether: it has one direction.
  @Override
  public void writeEof() {
    close();
  }

  @Override
  public boolean canWriteEof() {
    return true;
  }

  @Override
  public long getWriteBufferSize() {
    return pending;
  }

  @Override
  public WriteBufferLimits getWriteBufferLimits() {
    return limits;
  }

  @Override
  public void setWriteBufferLimits(@Nullable Long high, @Nullable Long low) {
    limits = WriteBufferLimits.of(high, low);
  }
}
