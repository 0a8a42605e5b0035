package jasyncio.net;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How a connection is encrypted: whom to trust, who we are, and how long it may take. Immutable:
/// each `with` method returns a changed copy. Keep and reuse it: sessions are resumed, and files
/// read, per instance.
///
/// A client trusts the JDK's certificate authorities and checks that the certificate is the host's.
///
/// Counterpart: `ssl.SSLContext`, as far as `asyncio` uses it.
public final class Tls {
  private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration SHUTDOWN_TIMEOUT = Duration.ofSeconds(30);

  private static final Tls CLIENT =
      new Tls(
          Identity.NONE, null, true, true, null, List.of(), HANDSHAKE_TIMEOUT, SHUTDOWN_TIMEOUT);

  private final Identity identity;
  private final @Nullable Path trusted;
  private final boolean verifies;
  private final boolean checksHostname;
  private final @Nullable String serverHostname;
  private final List<String> protocols;
  private final Duration handshakeTimeout;
  private final Duration shutdownTimeout;

  /// A certificate that a server shows to those who ask for a host.
  ///
  /// @param host `example.com`, or `*.example.com` for all names with one part more
  /// @param certificate PEM file with the certificate, and those that lead to its authority
  /// @param key PEM file with its private key
  /// @param keyPassword what the key is encrypted with, or null
  public record HostCertificate(
      String host, Path certificate, Path key, @Nullable String keyPassword) {
    /// Does not show the password.
    @Override
    public String toString() {
      return "HostCertificate[host=" + host + ", certificate=" + certificate + "]";
    }
  }

  /// Who we are.
  private record Identity(
      @Nullable Path certificate,
      @Nullable Path key,
      @Nullable String keyPassword,
      List<HostCertificate> hosts) {
    static final Identity NONE = new Identity(null, null, null, List.of());
  }

  private Tls(
      Identity identity,
      @Nullable Path trusted,
      boolean verifies,
      boolean checksHostname,
      @Nullable String serverHostname,
      List<String> protocols,
      Duration handshakeTimeout,
      Duration shutdownTimeout) {
    this.identity = identity;
    this.trusted = trusted;
    this.verifies = verifies;
    this.checksHostname = checksHostname;
    this.serverHostname = serverHostname;
    this.protocols = protocols;
    this.handshakeTimeout = handshakeTimeout;
    this.shutdownTimeout = shutdownTimeout;
  }

  /// {@return a client with the JDK's trust and all checks on} Counterpart:
  /// `ssl.create_default_context()`.
  public static Tls client() {
    return CLIENT;
  }

  /// {@return a server that shows `certificate`}
  ///
  /// @param certificate PEM file with the server's certificate, followed by those that lead to its
  ///   authority
  /// @param key PEM file with its private key in PKCS#8, not encrypted
  public static Tls server(Path certificate, Path key) {
    return CLIENT.withCertificate(certificate, key);
  }

  /// {@return a server that shows `certificate`, whose key is encrypted}
  ///
  /// @param certificate PEM file with the server's certificate, followed by those that lead to its
  ///   authority
  /// @param key PEM file with its private key in PKCS#8
  /// @param keyPassword what the key is encrypted with
  public static Tls server(Path certificate, Path key, String keyPassword) {
    return CLIENT.withCertificate(certificate, key, keyPassword);
  }

  /// Shows `certificate` to the peer. Counterpart: `SSLContext.load_cert_chain`.
  ///
  /// @param certificate PEM file with the certificate, followed by those that lead to its authority
  /// @param key PEM file with its private key in PKCS#8, not encrypted
  /// @return a copy with that setting
  public Tls withCertificate(Path certificate, Path key) {
    return withIdentity(new Identity(certificate, key, null, identity.hosts()));
  }

  /// The same with an encrypted key.
  ///
  /// @param certificate PEM file with the certificate, followed by those that lead to its authority
  /// @param key PEM file with its private key in PKCS#8
  /// @param keyPassword what the key is encrypted with
  /// @return a copy with that setting
  public Tls withCertificate(Path certificate, Path key, String keyPassword) {
    return withIdentity(new Identity(certificate, key, keyPassword, identity.hosts()));
  }

  /// Shows this certificate to clients that ask for `host` (SNI), so that one server can have
  /// several names. The others get the one of [#server(Path, Path)]. Counterpart:
  /// `SSLContext.sni_callback`.
  ///
  /// @param host `example.com`, or `*.example.com` for all names with one part more
  /// @param certificate PEM file with the certificate, followed by those that lead to its authority
  /// @param key PEM file with its private key in PKCS#8
  /// @param keyPassword what the key is encrypted with, or null
  /// @return a copy that has this certificate as well; of several for a host, the first is shown
  /// @throws IllegalStateException if there is no certificate for the others yet
  public Tls withCertificateFor(
      String host, Path certificate, Path key, @Nullable String keyPassword) {
    if (identity.certificate() == null) {
      throw new IllegalStateException(
          "a certificate for "
              + host
              + " needs one for all other hosts beside it: begin with"
              + " Tls.server(certificate, key)");
    }
    List<HostCertificate> hosts = new ArrayList<>(identity.hosts());
    hosts.add(new HostCertificate(host, certificate, key, keyPassword));
    return withIdentity(
        new Identity(
            identity.certificate(), identity.key(), identity.keyPassword(), List.copyOf(hosts)));
  }

  private Tls withIdentity(Identity identity) {
    return new Tls(
        identity,
        trusted,
        verifies,
        checksHostname,
        serverHostname,
        protocols,
        handshakeTimeout,
        shutdownTimeout);
  }

  /// Trusts the authorities in this PEM file, and no others. A server that trusts any asks its
  /// clients for a certificate, and turns those without one away. Counterpart:
  /// `SSLContext.load_verify_locations`.
  ///
  /// @param authorities PEM file with their certificates
  /// @return a copy with that setting
  public Tls withTrusted(Path authorities) {
    return new Tls(
        identity,
        authorities,
        verifies,
        checksHostname,
        serverHostname,
        protocols,
        handshakeTimeout,
        shutdownTimeout);
  }

  /// Accepts a trusted certificate of another host. Whoever has one can listen in. Counterpart:
  /// `check_hostname = False`.
  ///
  /// @return a copy with that setting
  public Tls withoutHostnameCheck() {
    return new Tls(
        identity,
        trusted,
        verifies,
        false,
        serverHostname,
        protocols,
        handshakeTimeout,
        shutdownTimeout);
  }

  /// Accepts any certificate. Anybody on the way can listen in: for tests. Counterpart:
  /// `verify_mode = CERT_NONE`.
  ///
  /// @return a copy with that setting
  public Tls withoutVerification() {
    return new Tls(
        identity,
        trusted,
        false,
        false,
        serverHostname,
        protocols,
        handshakeTimeout,
        shutdownTimeout);
  }

  /// Expects a certificate of `serverHostname` instead of the host connected to. Counterpart: the
  /// argument `server_hostname`.
  ///
  /// @param serverHostname that host
  /// @return a copy with that setting
  public Tls withServerHostname(String serverHostname) {
    return new Tls(
        identity,
        trusted,
        verifies,
        checksHostname,
        serverHostname,
        protocols,
        handshakeTimeout,
        shutdownTimeout);
  }

  /// Offers these application protocols, the preferred one first. Counterpart:
  /// `SSLContext.set_alpn_protocols`.
  ///
  /// @param protocols such as `h2` and `http/1.1`, the best first
  /// @return a copy with that setting
  public Tls withProtocols(String... protocols) {
    return new Tls(
        identity,
        trusted,
        verifies,
        checksHostname,
        serverHostname,
        List.of(protocols),
        handshakeTimeout,
        shutdownTimeout);
  }

  /// Gives the handshake so long. 60 seconds if not set.
  ///
  /// @param timeout how long
  /// @return a copy with that setting
  /// @throws IllegalArgumentException if it is zero or negative
  public Tls withHandshakeTimeout(Duration timeout) {
    return new Tls(
        identity,
        trusted,
        verifies,
        checksHostname,
        serverHostname,
        protocols,
        positive("handshake", timeout),
        shutdownTimeout);
  }

  /// Waits so long for the peer when the connection is closed, then drops it. 30 seconds if not
  /// set.
  ///
  /// @param timeout how long
  /// @return a copy with that setting
  /// @throws IllegalArgumentException if it is zero or negative
  public Tls withShutdownTimeout(Duration timeout) {
    return new Tls(
        identity,
        trusted,
        verifies,
        checksHostname,
        serverHostname,
        protocols,
        handshakeTimeout,
        positive("shutdown", timeout));
  }

  private static Duration positive(String what, Duration timeout) {
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException(
          "ssl_" + what + "_timeout should be a positive number, got " + timeout);
    }
    return timeout;
  }

  /// {@return the PEM file with our certificate, or null}
  public @Nullable Path certificate() {
    return identity.certificate();
  }

  /// {@return the PEM file with our private key, or null}
  public @Nullable Path key() {
    return identity.key();
  }

  /// {@return what the private key is encrypted with, or null}
  public @Nullable String keyPassword() {
    return identity.keyPassword();
  }

  /// {@return the certificates for certain hosts}
  public List<HostCertificate> hostCertificates() {
    return identity.hosts();
  }

  /// {@return the PEM file of the authorities we trust, or null for the JDK's}
  public @Nullable Path trusted() {
    return trusted;
  }

  /// {@return whether the peer's certificate is checked at all}
  public boolean verifies() {
    return verifies;
  }

  /// {@return whether the certificate must be the host's}
  public boolean checksHostname() {
    return checksHostname;
  }

  /// {@return the name the certificate must have, or null for that of the host connected to}
  public @Nullable String serverHostname() {
    return serverHostname;
  }

  /// {@return the application protocols to offer}
  public List<String> protocols() {
    return protocols;
  }

  /// {@return how long the handshake may take}
  public Duration handshakeTimeout() {
    return handshakeTimeout;
  }

  /// {@return how long to wait for the peer at the end}
  public Duration shutdownTimeout() {
    return shutdownTimeout;
  }
}
