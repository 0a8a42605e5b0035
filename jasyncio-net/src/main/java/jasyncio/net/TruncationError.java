package jasyncio.net;

import jasyncio.net.spi.Peer;
import org.jspecify.annotations.Nullable;

/// A TLS connection ended without the peer's word that it is over: somebody on the way may have cut
/// it off, or the peer has crashed, or does not care. A reader throws it where it would else tell
/// the end of the stream, after everything that has come.
///
/// Counterpart: `ssl.SSLEOFError`, which `asyncio` does not raise here: there it looks like an end.
public final class TruncationError extends ConnectionError {
  private static final long serialVersionUID = 1;

  /// An error with a message of its own, to which the connection and the phase are added.
  ///
  /// @param message what happened
  /// @param host the peer as the program named it, or null if it is not known
  /// @param port its port
  public TruncationError(String message, @Nullable String host, int port) {
    super(message, host, port, Phase.TRANSFER, null);
  }

  /// The peer ended the connection without saying so inside TLS.
  static TruncationError of(Peer peer) {
    return new TruncationError(
        "TLS connection cut off: it ended without the peer's close_notify, so what was received may"
            + " not be all that was sent",
        peer.name(),
        peer.port());
  }
}
