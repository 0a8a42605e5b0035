package jasyncio.net.netty;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Who does the cryptography of TLS: the JDK, or BoringSSL where the program has brought it along,
/// and why it was this one. BoringSSL needs much less processor time.
///
/// BoringSSL is the jar `netty-tcnative-boringssl-static` for this system and processor, with
/// `netty-tcnative-classes`. The system property `jasyncio.tls` asks for one: `jdk` or `boringssl`.
public final class TlsProvider {
  private static final String PROPERTY = "jasyncio.tls";

  private final SslProvider provider;
  private final String reason;

  private TlsProvider(SslProvider provider, String reason) {
    this.provider = provider;
    this.reason = reason;
  }

  /// {@return the provider of every connection of this JVM}
  ///
  /// @throws IllegalStateException if the system property asks for one that cannot be used here
  public static TlsProvider select() {
    String wanted = System.getProperty(PROPERTY, "");
    String asked = "-D" + PROPERTY + "=" + wanted;
    return switch (wanted) {
      case "" -> best();
      case "jdk" -> new TlsProvider(SslProvider.JDK, asked);
      case "boringssl" -> {
        String problem = whyNotBoringSsl();
        if (problem != null) {
          throw new IllegalStateException(asked + " cannot be used: " + problem);
        }
        yield new TlsProvider(SslProvider.OPENSSL, asked);
      }
      default ->
          throw new IllegalStateException(
              asked + " cannot be used: there is no such provider; the names are jdk, boringssl");
    };
  }

  private static TlsProvider best() {
    String problem = whyNotBoringSsl();
    return problem == null
        ? new TlsProvider(SslProvider.OPENSSL, "it is available, and the fastest")
        : new TlsProvider(SslProvider.JDK, "no BoringSSL: " + problem);
  }

  private static @Nullable String whyNotBoringSsl() {
    Throwable cause = OpenSsl.unavailabilityCause();
    if (cause == null) {
      return null;
    }
    if (cause instanceof ClassNotFoundException) {
      return "its classes are not on the class path";
    }
    return Objects.requireNonNullElse(cause.getMessage(), cause.getClass().getName())
        .lines()
        .findFirst()
        .orElse("");
  }

  SslProvider netty() {
    return provider;
  }

  /// {@return its name: `jdk` or `boringssl`}
  public String name() {
    return provider == SslProvider.JDK ? "jdk" : "boringssl";
  }

  /// {@return why it was chosen, in words for people}
  public String reason() {
    return reason;
  }
}
