package jasyncio.net.netty;

import io.netty.handler.ssl.SslHandler;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/// What can be asked of an encrypted connection.
final class TlsInfo {
  private TlsInfo() {}

  /// By asyncio's names, and `alpn`; null for any other.
  static @Nullable Object of(SslHandler ssl, String name) {
    SSLSession session = ssl.engine().getSession();
    return switch (name) {
      case "ssl_object" -> session;
      case "cipher" -> session.getCipherSuite();
      case "alpn" -> ssl.applicationProtocol();
      case "peercert" -> peerCertificate(session);
      default -> null;
    };
  }

  private static @Nullable Object peerCertificate(SSLSession session) {
    try {
      return session.getPeerCertificates()[0];
    } catch (SSLPeerUnverifiedException e) {
      return null;
    }
  }
}
