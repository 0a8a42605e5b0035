package jasyncio.net;

import jasyncio.Context;
import jasyncio.EventLoop;
import jasyncio.TimerHandle;
import jasyncio.net.spi.PerLoop;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Closes connections that nobody can close any more: their program has dropped the streams.
///
/// One for each loop. Everything here runs on it: it looks once a second what the collector has
/// found, as long as there are such connections.
final class DroppedStreams {
  private static final System.Logger LOG = System.getLogger("jasyncio");
  private static final PerLoop<DroppedStreams> OF_LOOP =
      new PerLoop<>(DroppedStreams::new, _ -> {});

  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final EventLoop loop;
  private final ReferenceQueue<Object> collected = new ReferenceQueue<>();
  private int watched;
  private @Nullable TimerHandle nextLook;

  private DroppedStreams(EventLoop loop) {
    this.loop = loop;
  }

  /// Watches the streams of a connection. The connection itself must not refer to them.
  ///
  /// @param <T> their type
  /// @param streams unreachable when they have been dropped
  /// @param transport the connection
  /// @param protocol theirs; if the connection has been given another one they do not matter
  /// @return what the connection may refer to instead
  static <T> Watched<T> watch(T streams, StreamTransport transport, BaseProtocol protocol) {
    DroppedStreams owner = OF_LOOP.of(transport.loop());
    owner.watched++;
    owner.lookLater();
    return new Watched<>(owner, streams, transport, protocol);
  }

  private void lookLater() {
    if (watched > 0 && nextLook == null) {
      nextLook = loop.callLater(PAUSE, this::look, new Context());
    }
  }

  private void look() {
    nextLook = null;
    for (Object found = collected.poll(); found != null; found = collected.poll()) {
      ((Watched<?>) found).dropped();
    }
    lookLater();
  }

  private void forgetOne() {
    if (--watched == 0 && nextLook != null) {
      nextLook.cancel();
      nextLook = null;
    }
  }

  /// The streams of one connection, as long as the program has them.
  ///
  /// @param <T> their type
  static final class Watched<T> extends WeakReference<T> {
    private final DroppedStreams owner;
    private final Transport transport;
    private final BaseProtocol protocol;
    private boolean over;

    private Watched(
        DroppedStreams owner, T streams, StreamTransport transport, BaseProtocol protocol) {
      super(streams, owner.collected);
      this.owner = owner;
      this.transport = transport;
      this.protocol = protocol;
    }

    /// The connection has ended.
    void forget() {
      if (!over) {
        over = true;
        owner.forgetOne();
      }
    }

    private void dropped() {
      if (over) {
        return;
      }
      forget();
      if (!transport.isClosing() && transport.getProtocol() == protocol) {
        LOG.log(
            System.Logger.Level.WARNING,
            "unclosed {0}: the program has dropped its streams, so it is closed now. Close them"
                + " where they are used: try (var streams = await(openConnection(...)))",
            transport);
        transport.close();
      }
    }
  }
}
