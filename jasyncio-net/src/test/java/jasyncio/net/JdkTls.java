package jasyncio.net;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/// TLS as the JDK does it, on sockets that block: peers that are not ours.
final class JdkTls {
  private static final SSLContext CONTEXT = newContext();

  private JdkTls() {}

  /// Encrypts a connection to `localhost`; the handshake comes with the first use.
  static SSLSocket over(Socket plain) throws IOException, GeneralSecurityException {
    return (SSLSocket)
        CONTEXT.getSocketFactory().createSocket(plain, "localhost", plain.getPort(), true);
  }

  /// Encrypts a connection that was accepted, as `localhost`.
  ///
  /// @param protocol such as `TLSv1.3`
  static SSLSocket accepted(Socket plain, String protocol) throws IOException {
    SSLSocket encrypted =
        (SSLSocket) CONTEXT.getSocketFactory().createSocket(plain, null, plain.getPort(), true);
    encrypted.setUseClientMode(false);
    encrypted.setEnabledProtocols(new String[] {protocol});
    return encrypted;
  }

  private static SSLContext newContext() {
    try {
      Certificate certificate;
      try (InputStream file = Files.newInputStream(TestCertificates.LOCALHOST.certificate())) {
        certificate = CertificateFactory.getInstance("X.509").generateCertificate(file);
      }
      String pem =
          Files.readString(TestCertificates.LOCALHOST.key()).replaceAll("-----.*-----", "");
      PrivateKey key =
          KeyFactory.getInstance("EC")
              .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem)));
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(null, null);
      keys.setCertificateEntry("server", certificate);
      keys.setKeyEntry("us", key, new char[0], new Certificate[] {certificate});
      TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
      trust.init(keys);
      KeyManagerFactory identity = KeyManagerFactory.getInstance("PKIX");
      identity.init(keys, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(identity.getKeyManagers(), trust.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
