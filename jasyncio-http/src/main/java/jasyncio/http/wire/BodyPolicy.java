package jasyncio.http.wire;

import jasyncio.EventLoop;
import jasyncio.TimerHandle;
import org.jspecify.annotations.Nullable;

/// What a [BodyStream] asks its owner for: to slow the peer down, how long to wait, and which
/// exceptions to throw.
public interface BodyPolicy {
  /// Takes nothing more from the socket, or goes on taking. Not called once the body has ended.
  void pause(boolean paused);

  /// Starts the timer of a wait for more of the body; when it goes off, it fails the stream.
  ///
  /// @return null if there is no limit
  @Nullable TimerHandle startTimer(EventLoop loop);

  /// The exception for a body that cannot be decoded.
  RuntimeException broken(String reason, @Nullable Throwable cause);
}
