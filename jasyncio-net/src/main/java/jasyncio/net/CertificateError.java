package jasyncio.net;

import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The peer's certificate did not pass a check, so there is no TLS connection. The message tells
/// which check, and what the peer has shown.
///
/// Counterpart: `ssl.SSLCertVerificationError`.
public final class CertificateError extends ConnectionError {
  private static final long serialVersionUID = 1;

  /// What was looked at.
  public enum Check {
    /// Whether somebody we trust vouches for it.
    TRUST("trust"),
    /// Whether it is the host's.
    HOST_NAME("host name"),
    /// Whether it is valid today.
    VALIDITY("validity"),
    /// Something else: the message tells.
    OTHER("form and use");

    private final String text;

    Check(String text) {
      this.text = text;
    }

    /// For messages: `trust`, `host name`.
    ///
    /// @return those words
    public String text() {
      return text;
    }
  }

  /// The check that was not passed.
  private final Check check;

  /// What the peer has shown.
  private final X509Certificate[] chain;

  /// An error with a message of its own, to which the connection and the phase are added.
  ///
  /// @param message what happened
  /// @param host the peer as the program named it, or null if it is not known
  /// @param port its port
  /// @param check the check that was not passed
  /// @param chain what the peer has shown, its own certificate first
  /// @param cause the error behind it, or null
  public CertificateError(
      String message,
      @Nullable String host,
      int port,
      Check check,
      List<X509Certificate> chain,
      @Nullable Throwable cause) {
    super(message, host, port, Phase.TLS, cause);
    this.check = check;
    this.chain = chain.toArray(X509Certificate[]::new);
  }

  /// {@return the check that was not passed}
  public Check check() {
    return check;
  }

  /// {@return what the peer has shown, its own certificate first}
  public List<X509Certificate> chain() {
    return List.of(chain);
  }
}
