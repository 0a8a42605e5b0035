package jasyncio.net.netty;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/// The JDK's checks of certificates; what does not pass is remembered with the check it failed.
final class Trust extends X509ExtendedTrustManager {
  /*
   * Overview
   *
   * The JDK checks the chain and then, if the engine names an algorithm for it, the host's name,
   * and throws the same exception for both. So a chain that was turned down is checked again
   * without the name: if it passes then, it was the name.
   */
  private final X509ExtendedTrustManager checks;

  private Trust(X509ExtendedTrustManager checks) {
    this.checks = checks;
  }

  /// The checks with the authorities in a PEM file, or the JDK's; blocks while it reads them.
  static Trust in(@Nullable Path authorities) throws SSLException {
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(authorities == null ? null : keyStore(authorities));
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509ExtendedTrustManager extended) {
          return new Trust(extended);
        }
      }
      throw new SSLException("this JDK has no X.509 trust manager");
    } catch (GeneralSecurityException | IOException e) {
      throw new SSLException("cannot read the trusted authorities in " + authorities, e);
    }
  }

  private static KeyStore keyStore(Path authorities) throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (InputStream file = Files.newInputStream(authorities)) {
      int index = 0;
      for (Certificate one : CertificateFactory.getInstance("X.509").generateCertificates(file)) {
        store.setCertificateEntry("authority " + index++, one);
      }
      if (index == 0) {
        throw new CertificateException("no certificates in it");
      }
    }
    return store;
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    try {
      checks.checkServerTrusted(chain, type, engine);
    } catch (CertificateException e) {
      throw new RefusedCertificate(e, chain, checksName(engine) && passesWithoutName(chain, type));
    }
  }

  private static boolean checksName(SSLEngine engine) {
    SSLParameters parameters = engine.getSSLParameters();
    String algorithm = parameters == null ? null : parameters.getEndpointIdentificationAlgorithm();
    return algorithm != null && !algorithm.isEmpty();
  }

  private boolean passesWithoutName(X509Certificate[] chain, String type) {
    try {
      checks.checkServerTrusted(chain, type);
      return true;
    } catch (CertificateException e) {
      return false;
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
      throws CertificateException {
    try {
      checks.checkClientTrusted(chain, type, engine);
    } catch (CertificateException e) {
      throw new RefusedCertificate(e, chain, false);
    }
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return checks.getAcceptedIssuers();
  }

  // ---- not used by engines ----

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
    checks.checkServerTrusted(chain, type);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
    checks.checkClientTrusted(chain, type);
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    checks.checkServerTrusted(chain, type, socket);
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
      throws CertificateException {
    checks.checkClientTrusted(chain, type, socket);
  }
}
