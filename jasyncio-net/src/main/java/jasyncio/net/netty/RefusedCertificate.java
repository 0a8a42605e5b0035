package jasyncio.net.netty;

import jasyncio.net.CertificateError;
import jasyncio.net.CertificateError.Check;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/// A certificate did not pass a check: remembers which one, and what the peer has shown.
final class RefusedCertificate extends CertificateException {
  private static final long serialVersionUID = 1;

  private final Check check;
  private final X509Certificate[] chain;

  RefusedCertificate(CertificateException cause, X509Certificate[] chain, boolean isName) {
    super(cause.getMessage(), cause);
    this.check = isName ? Check.HOST_NAME : checkOf(cause);
    this.chain = chain.clone();
  }

  private static Check checkOf(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof CertificateExpiredException
          || t instanceof CertificateNotYetValidException) {
        return Check.VALIDITY;
      }
      if (t instanceof CertPathValidatorException path
          && path.getReason() instanceof CertPathValidatorException.BasicReason reason) {
        switch (reason) {
          case EXPIRED, NOT_YET_VALID -> {
            return Check.VALIDITY;
          }
          default -> {
            // look further
          }
        }
      }
      String text = String.valueOf(t.getMessage());
      if (text.contains("valid certification path") || text.contains("trust anchor")) {
        return Check.TRUST;
      }
    }
    return Check.OTHER;
  }

  CertificateError toError(@Nullable String host, int port, Throwable cause) {
    return new CertificateError(
        "SSL handshake failed on verifying the certificate: "
            + getMessage()
            + " (failed check: "
            + check.text()
            + "); the peer showed "
            + describe(),
        host,
        port,
        check,
        List.of(chain),
        cause);
  }

  private String describe() {
    if (chain.length == 0) {
      return "no certificate";
    }
    StringJoiner all = new StringJoiner("; ");
    for (X509Certificate one : chain) {
      String subject = one.getSubjectX500Principal().getName();
      String issuer = one.getIssuerX500Principal().getName();
      all.add(
          subject
              + " issued by "
              + (issuer.equals(subject) ? "itself" : issuer)
              + ", valid "
              + day(one.getNotBefore())
              + " to "
              + day(one.getNotAfter()));
    }
    return all.toString();
  }

  private static String day(Date date) {
    return date.toInstant().atZone(ZoneOffset.UTC).toLocalDate().toString();
  }
}
