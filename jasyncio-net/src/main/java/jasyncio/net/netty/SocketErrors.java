package jasyncio.net.netty;

import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.SslHandler;
import jasyncio.net.ConnectionError;
import jasyncio.net.ConnectionError.Phase;
import jasyncio.net.ConnectionRefusedError;
import jasyncio.net.ConnectionResetError;
import jasyncio.net.spi.Peer;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
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
    if (root.getMessage() == null) {
      return wordless(root);
    }
    String text = root.getMessage();
    int address = text.lastIndexOf(": /");
    text = address < 0 ? text : text.substring(0, address);
    return text.equals("null") ? wordless(root) : SYSTEM_CALL.matcher(text).replaceFirst("");
  }

  /// For what a native transport throws without the system's words.
  private static String wordless(Throwable root) {
    return switch (root) {
      case FileNotFoundException _ -> "No such file or directory"; // of a Unix socket
      case NoRouteToHostException _ -> "Network is unreachable";
      default -> root.getClass().getSimpleName();
    };
  }

  private static boolean isReset(String reason) {
    return reason.contains("reset") || reason.contains("Broken pipe");
  }

  /// Why there is no connection.
  ///
  /// @param address what was tried, in CPython's form
  static ConnectionError connectFailed(
      String address, IOException cause, @Nullable String host, int port) {
    String reason = reason(cause);
    String message = "Connect call failed (" + address + "): " + reason;
    if (cause instanceof ConnectException && reason.contains("refused")) {
      return new ConnectionRefusedError(message, host, port, cause);
    }
    return isReset(reason)
        ? new ConnectionResetError(message, host, port, Phase.CONNECT, cause)
        : new ConnectionError(message, host, port, Phase.CONNECT, cause);
  }

  /// Whether it is the connection's fault, or the system's; else it is that of a program.
  static boolean isOfConnection(Throwable cause) {
    return cause instanceof IOException || cause instanceof DecoderException;
  }

  /// Why a connection was lost; what is a program's fault as it is.
  ///
  /// @param ssl null without TLS
  static Throwable lost(Throwable thrown, Peer peer, @Nullable SslHandler ssl) {
    if (!isOfConnection(thrown) || thrown instanceof ConnectionError) {
      return thrown;
    }
    Throwable cause = thrown;
    if (thrown instanceof DecoderException && thrown.getCause() != null) {
      cause = thrown.getCause();
    }
    String host = peer.name();
    int port = peer.port();
    if (ssl != null && !ssl.handshakeFuture().isSuccess()) {
      return handshakeFailed(cause, host, port);
    }
    if (cause instanceof SSLException) {
      return new ConnectionError(
          "TLS error: " + cause.getMessage(), host, port, Phase.TRANSFER, cause);
    }
    String reason = reason(cause);
    if (cause instanceof IOException && isReset(reason)) {
      String text = reason.equals("Connection reset") ? "Connection reset by peer" : reason;
      return new ConnectionResetError(text, host, port, cause);
    }
    return new ConnectionError(reason, host, port, Phase.TRANSFER, cause);
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
    for (Throwable t = cause; t != null; t = t.getCause()) {
      boolean ended = t instanceof ClosedChannelException;
      if (ended
          || (t instanceof IOException && !(t instanceof SSLException) && isReset(reason(t)))) {
        return new ConnectionResetError(
            "SSL handshake failed: "
                + (ended ? "the connection was closed before it was done" : reason(t)),
            host,
            port,
            Phase.TLS,
            cause);
      }
    }
    return new ConnectionError(
        "SSL handshake failed: " + cause.getMessage(), host, port, Phase.TLS, cause);
  }
}
