package jasyncio.net;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.getRunningLoop;

import jasyncio.CheckReturnValue;
import jasyncio.Coroutine;
import jasyncio.Future;
import jasyncio.net.netty.SocketProtocol;
import jasyncio.net.netty.SocketTransport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Between a connection and its two streams: feeds the reader, and holds those who wait for the
/// writer.
///
/// Counterpart: `asyncio.StreamReaderProtocol`.
final class StreamProtocol implements SocketProtocol {
  /*
   * Overview
   *
   * Those who wait in drain() or waitClosed() have a future each, which is only ever woken; they
   * then look at the state here. So cancelling one does not disturb another, and an error nobody
   * waited for is not reported as lost.
   */
  private final StreamReader reader;
  private final @Nullable Server server;
  private final List<Future<@Nullable Void>> drainers = new ArrayList<>();
  private final List<Future<@Nullable Void>> closers = new ArrayList<>();
  private boolean writingPaused;
  private boolean lost;
  private @Nullable IOException lostBy;

  /// @param server whose connection it is, or null for a client's
  StreamProtocol(StreamReader reader, @Nullable Server server) {
    this.reader = reader;
    this.server = server;
  }

  StreamReader reader() {
    return reader;
  }

  // ---- from the connection ----

  @Override
  public void connectionMade(SocketTransport transport) {
    reader.setConnection(
        new ReadControl() {
          @Override
          public void pauseReading() {
            transport.pauseReading();
          }

          @Override
          public void resumeReading() {
            transport.resumeReading();
          }
        });
    if (server != null) {
      server.connected(transport, new StreamWriter(transport, this), reader);
    }
  }

  @Override
  public void dataReceived(ByteBuffer data) {
    reader.feedData(data);
  }

  @Override
  public boolean eofReceived() {
    reader.feedEof();
    return true;
  }

  @Override
  public void connectionLost(@Nullable IOException cause) {
    lost = true;
    lostBy = cause;
    if (cause == null) {
      reader.feedEof();
    } else {
      reader.setException(cause);
    }
    wakeAll(drainers);
    wakeAll(closers);
    if (server != null) {
      server.disconnected(this);
    }
  }

  @Override
  public void pauseWriting() {
    writingPaused = true;
  }

  @Override
  public void resumeWriting() {
    writingPaused = false;
    wakeAll(drainers);
  }

  private static void wakeAll(List<Future<@Nullable Void>> waiting) {
    for (Future<@Nullable Void> one : waiting) {
      if (!one.done()) {
        one.setResult(null);
      }
    }
    waiting.clear();
  }

  // ---- from the writer ----

  /// Waits while there is too much to send.
  @CheckReturnValue
  Coroutine<@Nullable Void> drained(SocketTransport transport) {
    return async(() -> {
      if (lost) {
        throw new ConnectionResetError(
            "Connection lost", transport.peerName(), transport.peerPort(), lostBy);
      }
      if (writingPaused) {
        waitIn(drainers);
        if (lost && lostBy != null) {
          throw lostBy;
        }
      }
    });
  }

  /// Waits for the end of a connection that is ending; throws nothing of it.
  @CheckReturnValue
  Coroutine<@Nullable Void> ended() {
    return async(() -> {
      if (!lost) {
        waitIn(closers);
      }
    });
  }

  /// Waits for the end of the connection; throws what it ended by.
  @CheckReturnValue
  Coroutine<@Nullable Void> closed() {
    return async(() -> {
      if (!lost) {
        waitIn(closers);
      }
      if (lostBy != null) {
        throw lostBy;
      }
    });
  }

  private static void waitIn(List<Future<@Nullable Void>> waiting) {
    Future<@Nullable Void> woken = getRunningLoop().createFuture();
    waiting.add(woken);
    try {
      await(woken);
    } finally {
      waiting.remove(woken);
    }
  }
}
