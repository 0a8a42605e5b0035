package jasyncio.net;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.getRunningLoop;

import jasyncio.CheckReturnValue;
import jasyncio.Context;
import jasyncio.Coroutine;
import jasyncio.EventLoop;
import jasyncio.ExceptionContext;
import jasyncio.Task;
import jasyncio.net.spi.Peer;
import jasyncio.sync.Event;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Between a connection and its two streams: feeds the reader, and holds those who wait for the
/// writer. [Net#openConnection(String, int)] and [Net#startServer(ClientHandler, String, int)] make
/// one for each connection; programs need it only to put streams on a transport themselves.
///
/// Counterpart: `asyncio.StreamReaderProtocol`.
public final class StreamReaderProtocol implements Protocol {
  private static final System.Logger LOG = System.getLogger("jasyncio");

  /*
   * Overview
   *
   * Those who wait in drain() or waitClosed() wait for an event, and look at the state here when
   * they are woken. So cancelling one does not disturb another, and an error nobody waited for is
   * not reported as lost.
   *
   * A transport that the library makes for streams calls it in place, inside Netty: it must not run
   * the program's code. The handler runs in a task of its own, and the connection ends with it.
   *
   * Where the program alone answers for the connection (a client, and a server's connection that
   * was kept open) it is closed when the program has dropped reader and writer. So this refers to
   * them weakly then, and they to each other.
   */

  /// Null once it is watched.
  private @Nullable StreamReader reader;

  /// Null unless the program alone answers for the connection.
  private DroppedStreams.@Nullable Watched<StreamReader> watched;

  private final @Nullable ClientHandler handler;
  private final Context context;

  /// Null until somebody waits: most connections have nobody.
  private @Nullable Event drained;

  /// Null until somebody waits.
  private @Nullable Event ended;

  private @Nullable Transport transport;
  private @Nullable Task<?> task;
  private boolean keptOpen;
  private boolean writingPaused;
  private boolean lost;
  private @Nullable Throwable lostBy;

  StreamReaderProtocol(StreamReader reader, @Nullable ClientHandler handler, Context context) {
    this.reader = reader;
    this.handler = handler;
    this.context = context;
  }

  /// {@return a protocol that feeds `reader`}
  ///
  /// @param reader what to feed
  /// @param handler is run in a task of its own when the connection is there; null for nothing
  public static StreamReaderProtocol create(StreamReader reader, @Nullable ClientHandler handler) {
    return new StreamReaderProtocol(reader, handler, Context.copyOfCurrent());
  }

  /// What is fed; null if the program has dropped it.
  @Nullable StreamReader reader() {
    return watched == null ? reader : watched.get();
  }

  /// The handler's task, once it has been started.
  @Nullable Task<?> task() {
    return task;
  }

  boolean isKeptOpen() {
    return keptOpen;
  }

  boolean isServer() {
    return handler != null;
  }

  // ---- from the connection ----

  @Override
  public void connectionMade(Transport transport) {
    this.transport = transport;
    StreamReader fed = Objects.requireNonNull(reader); // nobody has dropped it yet
    fed.setTransport(transport);
    if (handler != null) {
      StreamWriter writer = new StreamWriter(transport, this, fed);
      getRunningLoop().callSoon(() -> serve(handler, transport, fed, writer), context.copy());
    }
  }

  private void serve(
      ClientHandler handler, Transport transport, StreamReader reader, StreamWriter writer) {
    EventLoop loop = getRunningLoop();
    Task<@Nullable Void> task = loop.createTask(async(() -> handler.handle(reader, writer)));
    this.task = task;
    task.addDoneCallback(done -> {
      Throwable failure = done.cancelled() ? null : done.exception();
      if (failure != null) {
        done.getLoop()
            .callExceptionHandler(
                ExceptionContext.of("Unhandled exception in client_connected_cb")
                    .withException(failure)
                    .withFuture(done)
                    .with("transport", transport));
      }
      if (failure != null || done.cancelled()) {
        transport.close();
      } else if (!transport.isClosing()) {
        returned(reader, writer, task);
      }
    });
  }

  /// The handler has returned, and left the connection open.
  private void returned(StreamReader reader, StreamWriter writer, Task<?> task) {
    if (keptOpen) {
      watch(reader, writer);
      return;
    }
    if (task.getLoop().getDebug()) {
      LOG.log(
          System.Logger.Level.WARNING,
          "unclosed {0}: its handler, {1}, has returned, so it is closed now. Close it in the"
              + " handler: try (writer); if somebody else goes on with it, call writer.keepOpen()",
          writer,
          task);
    }
    if (!reader.atEof() && reader.exception() == null) {
      reader.setException(
          new IllegalStateException(
              "the connection was closed when its handler returned; if somebody else goes on with"
                  + " it, the handler must call writer.keepOpen()"));
    }
    writer.close();
  }

  /// Closes the connection when the program has dropped both of its streams.
  void watch(StreamReader reader, StreamWriter writer) {
    if (transport instanceof StreamTransport socket && !lost) {
      reader.keep(writer);
      watched = DroppedStreams.watch(reader, socket, this);
      this.reader = null;
      this.task = null; // its handler refers to both
    }
  }

  /// The connection outlives its handler.
  void keepOpen() {
    keptOpen = true;
  }

  @Override
  public void dataReceived(ByteBuffer data) {
    StreamReader fed = reader();
    if (fed != null) {
      fed.feedData(data);
    }
  }

  @Override
  public boolean eofReceived() {
    StreamReader fed = reader();
    if (fed != null) {
      fed.feedEof();
    }
    return transport == null || transport.getExtraInfo("ssl_object") == null;
  }

  @Override
  public void connectionLost(@Nullable Throwable cause) {
    lost = true;
    lostBy = cause;
    StreamReader fed = reader();
    if (fed != null) {
      tell(fed, cause);
    }
    if (watched != null) {
      watched.forget();
    }
    wakeDrainers();
    if (ended != null) {
      ended.set();
    }
  }

  private static void tell(StreamReader reader, @Nullable Throwable cause) {
    if (cause == null) {
      reader.feedEof();
    } else if (cause instanceof TruncationError truncation) {
      reader.feedTruncation(truncation);
    } else {
      reader.setException(cause);
    }
  }

  @Override
  public void pauseWriting() {
    writingPaused = true;
  }

  @Override
  public void resumeWriting() {
    writingPaused = false;
    wakeDrainers();
  }

  private void wakeDrainers() {
    Event waiting = drained;
    drained = null;
    if (waiting != null) {
      waiting.set();
    }
  }

  // ---- from the writer ----

  /// Waits while there is too much to send.
  @CheckReturnValue
  Coroutine<@Nullable Void> drained(Transport transport) {
    return async(() -> {
      if (lost) {
        throw connectionLost(transport);
      }
      if (writingPaused) {
        if (drained == null) {
          drained = new Event();
        }
        await(drained.waitSet());
        if (lost && lostBy != null) {
          throw lostBy;
        }
      }
    });
  }

  private ConnectionResetError connectionLost(Transport transport) {
    Peer peer =
        transport instanceof StreamTransport socket ? socket.peer() : new Peer(null, null, 0);
    return new ConnectionResetError("Connection lost", peer.name(), peer.port(), lostBy);
  }

  /// Takes away what nobody has read.
  byte[] takeUnread() {
    StreamReader fed = reader();
    return fed == null ? new byte[0] : fed.takeUnread();
  }

  /// Waits for the end of the connection; throws what it ended by.
  @CheckReturnValue
  Coroutine<@Nullable Void> closed() {
    return async(() -> {
      if (!lost) {
        if (ended == null) {
          ended = new Event();
        }
        await(ended.waitSet());
      }
      if (lostBy != null) {
        throw lostBy;
      }
    });
  }
}
