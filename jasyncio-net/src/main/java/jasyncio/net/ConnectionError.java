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
    TRANSFER("transferring data");

    private final String text;

    Phase(String text) {
      this.text = text;
    }

    /// For messages: `connecting`, `the TLS handshake`.
    public String text() {
      return text;
    }
  }

  private final @Nullable String host;
  private final int port;
  private final Phase phase;

  /// An error with a message of its own, to which the connection and the phase are added.
  ///
  /// @param host the peer as the program named it, or null if it is not known
  /// @param port its port; negative for a Unix socket, which has none
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

  /// The host as the program named it, or null if it is not known.
  public @Nullable String host() {
    return host;
  }

  /// The port; 0 if it is not known, negative for a Unix socket.
  public int port() {
    return port;
  }

  /// What the connection was at.
  public Phase phase() {
    return phase;
  }
}
