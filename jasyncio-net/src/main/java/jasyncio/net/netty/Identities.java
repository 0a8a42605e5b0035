package jasyncio.net.netty;

import jasyncio.net.Tls;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/// Our certificates and keys, and which of them a handshake gets. All is read once and kept
/// decoded, so a handshake looks up an array.
///
/// Callable from any thread.
final class Identities extends X509ExtendedKeyManager {
  /*
   * Overview
   *
   * An alias is an index into `all`. A server shows the first certificate whose host fits the name
   * that the client has asked for, and else the default one, which comes first. A key of another
   * kind than the handshake can use is passed over.
   */
  private final List<Identity> all;

  /// @param host whom it is for: `example.com`, `*.example.com`; empty for anybody else
  private record Identity(String host, List<X509Certificate> chain, PrivateKey key) {
    boolean isFor(String name) {
      if (host.startsWith("*.")) {
        int dot = name.indexOf('.');
        return dot > 0 && name.substring(dot).equals(host.substring(1));
      }
      return host.equals(name);
    }
  }

  private Identities(List<Identity> all) {
    this.all = all;
  }

  /// Reads what the settings name; null if they name nothing. Blocks.
  static @Nullable Identities of(Tls tls) throws SSLException {
    Path certificate = tls.certificate();
    Path key = tls.key();
    if (certificate == null || key == null) {
      return null;
    }
    List<Identity> all = new ArrayList<>();
    all.add(read("", certificate, key, tls.keyPassword()));
    for (Tls.HostCertificate one : tls.hostCertificates()) {
      all.add(
          read(
              one.host().toLowerCase(Locale.ROOT),
              one.certificate(),
              one.key(),
              one.keyPassword()));
    }
    return new Identities(List.copyOf(all));
  }

  private static Identity read(String host, Path certificate, Path key, @Nullable String password)
      throws SSLException {
    try {
      return new Identity(host, PemFiles.chain(certificate), PemFiles.key(key, password));
    } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
      throw new SSLException(
          "cannot read the certificate " + certificate + " and its key " + key + ": " + e, e);
    }
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    String name = engine == null ? null : requestedName(engine);
    if (name != null) {
      for (int i = 1; i < all.size(); i++) {
        if (all.get(i).isFor(name)) {
          return usable(i, keyType);
        }
      }
    }
    return usable(0, keyType);
  }

  private @Nullable String usable(int index, String keyType) {
    return all.get(index).key().getAlgorithm().equals(keyType) ? Integer.toString(index) : null;
  }

  private @Nullable String requestedName(SSLEngine engine) {
    if (all.size() == 1 || !(engine.getHandshakeSession() instanceof ExtendedSSLSession session)) {
      return null;
    }
    for (SNIServerName name : session.getRequestedServerNames()) {
      if (name instanceof SNIHostName host) {
        return host.getAsciiName().toLowerCase(Locale.ROOT);
      }
    }
    return null;
  }

  @Override
  public @Nullable String chooseEngineClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
    for (String keyType : keyTypes) {
      String alias = usable(0, keyType);
      if (alias != null) {
        return alias;
      }
    }
    return null;
  }

  @Override
  public X509Certificate @Nullable [] getCertificateChain(String alias) {
    return all.get(Integer.parseInt(alias)).chain().toArray(X509Certificate[]::new);
  }

  @Override
  public @Nullable PrivateKey getPrivateKey(String alias) {
    return all.get(Integer.parseInt(alias)).key();
  }

  // ---- not used by engines ----

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return chooseEngineClientAlias(keyTypes, issuers, null);
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return chooseEngineServerAlias(keyType, issuers, null);
  }
}
