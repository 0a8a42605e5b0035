package jasyncio.net;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// A connection could not be made, or was lost. Says which one, and what it was at.
///
/// Counterpart: the builtin `ConnectionError` and `socket.gaierror`, as one type.
public class ConnectionError extends IOException {
  private static final long serialVersionUID = 1;

  /// What the connection was at.
  public enum Phase {
    /// Looking up the host's addresses.
    RESOLVE("resolving the name"),
    /// Connecting to one of them.
    CONNECT("connecting"),
    /// The TLS handshake, which includes checking the peer's certificate.
    TLS("the TLS handshake"),
    /// Reading and writing.
    TRANSFER("transferring data"),
    /// Handing over what was written before the connection was closed.
    CLOSE("closing");

    private final String text;

    Phase(String text) {
      this.text = text;
    }

    /// For messages: `connecting`, `the TLS handshake`.
    ///
    /// @return those words
    public String text() {
      return text;
    }
  }

  /// The host as the program named it.
  private final @Nullable String host;

  /// The port.
  private final int port;

  /// What the connection was at.
  private final Phase phase;

  /// An error with a message of its own, to which the connection and the phase are added.
  ///
  /// @param message what happened
  /// @param host the peer as the program named it, or null if it is not known
  /// @param port its port; negative for a Unix socket, which has none
  /// @param phase what the connection was at
  /// @param cause the system's error, or null
  public ConnectionError(
      String message, @Nullable String host, int port, Phase phase, @Nullable Throwable cause) {
    super(
        host == null
            ? message
            : message + " [" + host + (port < 0 ? "" : ":" + port) + ", " + phase.text() + "]",
        cause);
    this.host = host;
    this.port = port;
    this.phase = phase;
  }

  /// {@return the host as the program named it, or null if it is not known}
  public @Nullable String host() {
    return host;
  }

  /// {@return the port; 0 if it is not known, negative for a Unix socket}
  public int port() {
    return port;
  }

  /// {@return what the connection was at}
  public Phase phase() {
    return phase;
  }
}
