package jasyncio.net;

import jasyncio.net.spi.ChannelWatcher.Direction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The end of a pipe that is written. Counterpart: `_UnixWritePipeTransport`.
final class WritePipeTransport extends ChannelTransport implements WriteEnd {
  private final WritableByteChannel sink;
  private final Queue<ByteBuffer> waiting = new ArrayDeque<>();
  private final FlowControl flow = new FlowControl(this);
  private @Nullable LostWrites lostWrites;

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
    flow.dropped(flow.pending());
  }

  @Override
  public void resumeDue() {
    tellResumed(flow);
  }

  @Override
  public FlowControl flow() {
    return flow;
  }

  @Override
  public void write(ByteBuffer data) {
    if (closing) {
      data.position(data.limit());
      lostWrites = LostWrites.toPipe(lostWrites, this);
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
    flow.add(copy.remaining());
    flow.pauseIfHigh();
  }

  /// The pipe takes data again.
  private void writeOn() {
    long written = 0;
    try {
      for (ByteBuffer first = waiting.peek(); first != null; first = waiting.peek()) {
        written += sink.write(first);
        if (first.hasRemaining()) {
          break;
        }
        waiting.remove();
      }
    } catch (IOException e) {
      end(e);
      return;
    }
    flow.written(written);
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
}
