package jasyncio.net.netty;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolConfig.Protocol;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectedListenerFailureBehavior;
import io.netty.handler.ssl.ApplicationProtocolConfig.SelectorFailureBehavior;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.OpenSslCachingX509KeyManagerFactory;
import io.netty.handler.ssl.OpenSslServerSessionContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.handler.ssl.util.KeyManagerFactoryWrapper;
import jasyncio.net.Tls;
import java.util.Map;
import java.util.WeakHashMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLException;

/// Makes Netty's contexts from [Tls] options, once for each: that reads files, and the context
/// holds the sessions to resume.
///
/// Callable from any thread: contexts are built beside the loop.
final class TlsContexts {
  private static final Map<Tls, SslContext> CLIENTS = new WeakHashMap<>();
  private static final Map<Tls, SslContext> SERVERS = new WeakHashMap<>();

  private TlsContexts() {}

  /// Blocks while it reads files.
  static SslContext client(Tls tls) throws SSLException {
    synchronized (CLIENTS) { // beside the loop
      SslContext context = CLIENTS.get(tls);
      if (context == null) {
        context = buildClient(tls);
        CLIENTS.put(tls, context);
      }
      return context;
    }
  }

  /// Blocks while it reads files.
  ///
  /// @throws IllegalArgumentException if the options have no certificate
  static SslContext server(Tls tls) throws SSLException {
    synchronized (SERVERS) { // beside the loop
      SslContext context = SERVERS.get(tls);
      if (context == null) {
        context = buildServer(tls);
        SERVERS.put(tls, context);
      }
      return context;
    }
  }

  private static SslContext buildClient(Tls tls) throws SSLException {
    SslContextBuilder builder = SslContextBuilder.forClient();
    Identities identities = Identities.of(tls);
    if (identities != null) {
      builder.keyManager(keyManagers(identities));
    }
    if (!tls.checksHostname()) {
      builder.endpointIdentificationAlgorithm(null);
    }
    return finish(builder, tls);
  }

  private static SslContext buildServer(Tls tls) throws SSLException {
    Identities identities = Identities.of(tls);
    if (identities == null) {
      throw new IllegalArgumentException(
          "a TLS server needs a certificate: make the options with Tls.server(certificate, key)");
    }
    SslContextBuilder builder = SslContextBuilder.forServer(keyManagers(identities));
    builder.clientAuth(
        tls.trusted() != null && tls.verifies() ? ClientAuth.REQUIRE : ClientAuth.NONE);
    SslContext context = finish(builder, tls);
    if (context.sessionContext() instanceof OpenSslServerSessionContext sessions) {
      sessions
          .setTicketKeys(); // sessions can be resumed, with keys that BoringSSL makes and changes
    }
    return context;
  }

  private static SslContext finish(SslContextBuilder builder, Tls tls) throws SSLException {
    if (tls.verifies()) {
      builder.trustManager(Trust.in(tls.trusted()));
    } else {
      builder.trustManager(InsecureTrustManagerFactory.INSTANCE);
    }
    if (!tls.protocols().isEmpty()) {
      builder.applicationProtocolConfig(
          new ApplicationProtocolConfig(
              Protocol.ALPN,
              SelectorFailureBehavior.NO_ADVERTISE,
              SelectedListenerFailureBehavior.ACCEPT,
              tls.protocols()));
    }
    return builder.sslProvider(TlsProvider.select().netty()).build();
  }

  /// The keys in the form that each provider wants them, made once for all handshakes.
  private static KeyManagerFactory keyManagers(Identities identities) {
    KeyManagerFactory factory = new KeyManagerFactoryWrapper(identities);
    return TlsProvider.select().name().equals("jdk")
        ? factory
        : new OpenSslCachingX509KeyManagerFactory(factory);
  }
}
