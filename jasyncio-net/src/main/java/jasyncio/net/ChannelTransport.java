package jasyncio.net;

import static jasyncio.Asyncio.getRunningLoop;

import jasyncio.EventLoop;
import jasyncio.ExceptionContext;
import jasyncio.Future;
import jasyncio.KeyboardInterrupt;
import jasyncio.net.netty.ChannelWatcher;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import org.jspecify.annotations.Nullable;

/// One end of a pipe, given by the program as a channel of the JDK: what both ends have in common.
///
/// Everything here runs on the loop.
abstract class ChannelTransport implements Transport {
  final EventLoop loop = getRunningLoop();
  final ChannelWatcher watcher = ChannelWatcher.of(loop);
  final SelectableChannel channel;
  private ConnectionProtocol protocol;
  boolean closing;
  private boolean told;
  private boolean lost;

  ChannelTransport(SelectableChannel channel, ConnectionProtocol protocol) {
    this.channel = channel;
    this.protocol = protocol;
    try {
      channel.configureBlocking(false);
    } catch (IOException e) {
      throw new IllegalArgumentException("Pipe transport is for open pipes only: " + channel, e);
    }
  }

  /// Tells the protocol of the pipe, in a callback.
  final Future<@Nullable Void> begin() {
    Future<@Nullable Void> made = loop.createFuture();
    loop.callSoon(() -> {
      if (made.done()) {
        end(null); // cancelled: nobody has heard of it
        return;
      }
      told = true;
      tell("connection_made()", () -> protocol.connectionMade(this));
      if (!closing) {
        start();
      }
      made.setResult(null);
    });
    return made;
  }

  /// Begins to watch the channel, if need be.
  void start() {}

  /// Stops watching the channel.
  abstract void unwatch();

  /// Ends it; the protocol hears of it in a turn of its own.
  final void end(@Nullable Throwable cause) {
    closing = true;
    if (lost) {
      return;
    }
    lost = true;
    unwatch();
    watcher.release(
        channel,
        () -> {
          try {
            if (told) {
              protocol.connectionLost(cause);
            }
          } finally {
            close(channel);
          }
        });
  }

  private static void close(SelectableChannel channel) {
    try {
      channel.close();
    } catch (IOException _) {
      // it is closed all the same, and nobody could do anything about it
    }
  }

  /// Runs a callback of the protocol; what it throws ends the pipe.
  final void tell(String name, Runnable call) {
    try {
      call.run();
    } catch (KeyboardInterrupt e) {
      throw e;
    } catch (Throwable t) {
      fail("Fatal error: protocol." + name + " call failed.", t);
    }
  }

  private void fail(String message, Throwable cause) {
    loop.callExceptionHandler(
        ExceptionContext.of(message)
            .withException(cause)
            .with("transport", this)
            .with("protocol", protocol));
    end(cause);
  }

  final ConnectionProtocol protocol() {
    return protocol;
  }

  // ---- what both ends can do ----

  @Override
  public final void abort() {
    end(null);
  }

  @Override
  public final boolean isClosing() {
    return closing;
  }

  @Override
  public final void setProtocol(BaseProtocol protocol) {
    if (!(protocol instanceof ConnectionProtocol wanted)) {
      throw new IllegalArgumentException(
          "a pipe needs a Protocol or a BufferedProtocol, got " + protocol);
    }
    this.protocol = wanted;
  }

  @Override
  public final BaseProtocol getProtocol() {
    return protocol;
  }

  @Override
  public final @Nullable Object getExtraInfo(String name) {
    return name.equals("pipe") ? channel : null;
  }

  @Override
  public final String toString() {
    return "<"
        + getClass().getSimpleName()
        + " "
        + channel
        + (lost ? " closed" : closing ? " closing" : "")
        + ">";
  }

  // ---- what only one of them can ----

  private UnsupportedOperationException wrongEnd(String operation) {
    return new UnsupportedOperationException(
        operation + " is for the other end of a pipe, not for " + this);
  }

  @Override
  public boolean isReading() {
    return false;
  }

  @Override
  public void pauseReading() {
    throw wrongEnd("pauseReading");
  }

  @Override
  public void resumeReading() {
    throw wrongEnd("resumeReading");
  }

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
