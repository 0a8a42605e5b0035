package jasyncio.net;

import org.jspecify.annotations.Nullable;

/// Nobody listens at the address. Counterpart: the builtin `ConnectionRefusedError`.
public final class ConnectionRefusedError extends ConnectionError {
  private static final long serialVersionUID = 1;

  /// An error with a message of its own, to which the connection and the phase are added.
  ///
  /// @param message what happened
  /// @param host the peer as the program named it, or null if it is not known
  /// @param port its port
  /// @param cause the system's error, or null
  public ConnectionRefusedError(
      String message, @Nullable String host, int port, @Nullable Throwable cause) {
    super(message, host, port, Phase.CONNECT, cause);
  }
}
