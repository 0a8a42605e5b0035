package jasyncio.net.netty;

import io.netty.handler.codec.DecoderException;
import jasyncio.net.ConnectionError;
import jasyncio.net.ConnectionError.Phase;
import jasyncio.net.ConnectionResetError;
import jasyncio.net.TruncationError;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Turns what Netty and the system say into errors that name the connection.
final class SocketErrors {
  /// Netty's native transports put the system call in front of the system's words.
  private static final Pattern SYSTEM_CALL =
      Pattern.compile("^\\w+\\(\\.\\.\\) failed with error\\(-?\\d+\\): ");

  private SocketErrors() {}

  /// The system's words, without the address and the call that Netty adds: ours is named anyway.
  static String reason(Throwable cause) {
    Throwable root = cause.getCause() instanceof IOException inner ? inner : cause;
    if (root.getMessage() == null && root instanceof FileNotFoundException) {
      return "No such file or directory"; // of a Unix socket, by a native transport
    }
    String text = String.valueOf(root.getMessage());
    int address = text.lastIndexOf(": /");
    text = address < 0 ? text : text.substring(0, address);
    return SYSTEM_CALL.matcher(text).replaceFirst("");
  }

  /// Why an established connection was lost.
  static IOException lost(Throwable thrown, @Nullable String host, int port) {
    Throwable cause = thrown;
    if (thrown instanceof DecoderException && thrown.getCause() != null) {
      cause = thrown.getCause();
    }
    if (cause instanceof SSLException) {
      return handshakeFailed(cause, host, port);
    }
    String reason = reason(cause);
    if (cause instanceof IOException
        && (reason.contains("reset") || reason.contains("Broken pipe"))) {
      String text = reason.equals("Connection reset") ? "Connection reset by peer" : reason;
      return new ConnectionResetError(text, host, port, cause);
    }
    return new ConnectionError(reason, host, port, Phase.TRANSFER, cause);
  }

  /// The peer ended the connection without saying so inside TLS.
  static TruncationError truncated(Peer peer) {
    return new TruncationError(
        "TLS connection cut off: it ended without the peer's close_notify, so what was received may"
            + " not be all that was sent",
        peer.name(),
        peer.port());
  }

  /// Why there is no TLS connection, or no longer.
  static ConnectionError handshakeFailed(Throwable cause, @Nullable String host, int port) {
    for (Throwable t = cause; t != null; t = t.getCause()) {
      if (t instanceof RefusedCertificate refused) {
        return refused.toError(host, port, cause);
      }
    }
    for (Throwable t = cause; t != null; t = t.getCause()) {
      if (t instanceof CertificateException) {
        return new ConnectionError(
            "SSL handshake failed on verifying the certificate: " + t.getMessage(),
            host,
            port,
            Phase.TLS,
            cause);
      }
    }
    String why =
        cause instanceof ClosedChannelException
            ? "the connection was closed before it was done"
            : cause.getMessage();
    return new ConnectionError("SSL handshake failed: " + why, host, port, Phase.TLS, cause);
  }
}
