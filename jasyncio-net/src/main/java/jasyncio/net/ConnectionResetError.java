package jasyncio.net;

import org.jspecify.annotations.Nullable;

/// The connection ended without a proper end of stream: the peer reset it, or it was lost while
/// there was something to send. Counterpart: the builtin `ConnectionResetError`.
public final class ConnectionResetError extends ConnectionError {
  private static final long serialVersionUID = 1;

  /// An error while data was transferred, with a message of its own, to which the connection is
  /// added.
  ///
  /// @param message what happened
  /// @param host the peer as the program named it, or null if it is not known
  /// @param port its port
  /// @param cause the system's error, or null
  public ConnectionResetError(
      String message, @Nullable String host, int port, @Nullable Throwable cause) {
    super(message, host, port, Phase.TRANSFER, cause);
  }

  /// An error with a message of its own, to which the connection and the phase are added.
  ///
  /// @param message what happened
  /// @param host the peer as the program named it, or null if it is not known
  /// @param port its port; negative for a Unix socket, which has none
  /// @param phase what the connection was at
  /// @param cause the system's error, or null
  public ConnectionResetError(
      String message, @Nullable String host, int port, Phase phase, @Nullable Throwable cause) {
    super(message, host, port, phase, cause);
  }
}
