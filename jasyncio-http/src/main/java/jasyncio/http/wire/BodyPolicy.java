package jasyncio.http.wire;

import jasyncio.EventLoop;
import jasyncio.TimerHandle;
import org.jspecify.annotations.Nullable;

/// What a [BodyStream] asks its owner for: to slow the peer down, how long to wait, and which
/// exceptions to throw.
public interface BodyPolicy {
  /// Takes nothing more from the socket, or goes on taking. Not called once the body has ended.
  ///
  /// @param paused whether to stop reading
  void pause(boolean paused);

  /// Starts the timer of a wait for more of the body; when it goes off, it fails the stream.
  ///
  /// @param loop the loop
  /// @return null if there is no limit
  @Nullable TimerHandle startTimer(EventLoop loop);

  /// {@return the exception for a body that cannot be decoded}
  ///
  /// @param reason what is wrong
  /// @param cause the error behind it, or null
  RuntimeException broken(String reason, @Nullable Throwable cause);
}
