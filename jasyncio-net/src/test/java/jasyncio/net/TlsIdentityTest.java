package jasyncio.net;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.run;
import static jasyncio.net.EchoTest.ascii;
import static jasyncio.net.Net.openConnection;
import static jasyncio.net.Net.startServer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.parity.Parity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.Objects;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.PBEParameterSpec;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Which certificate a server shows, and the files it comes from.
@Timeout(60)
@Parity("CON-04")
class TlsIdentityTest {
  private static final TestCertificates.Pair LOCALHOST = TestCertificates.LOCALHOST;
  private static final TestCertificates.Pair ELSEWHERE = TestCertificates.ELSEWHERE;
  private static final Tls SERVER = Tls.server(LOCALHOST.certificate(), LOCALHOST.key());
  private static final ClientHandler GREETING =
      (_, writer) -> {
        writer.write(ascii("hello"));
        writer.close();
      };

  private final Path folder;

  TlsIdentityTest(@TempDir Path folder) {
    this.folder = folder;
  }

  /// The name in the certificate that a client is shown that asks for `host`.
  private static String shownTo(String host, Server server) {
    Tls anything = Tls.client().withoutVerification().withServerHostname(host);
    StreamOptions options = StreamOptions.defaults().withTls(anything);
    try (var streams = await(openConnection("127.0.0.1", server.port(), options))) {
      var shown = (X509Certificate) streams.writer().getExtraInfo("peercert");
      await(streams.reader().read());
      return Objects.requireNonNull(shown).getSubjectX500Principal().getName();
    }
  }

  private static Server start(Tls tls) {
    return await(startServer(GREETING, "127.0.0.1", 0, ServerOptions.defaults().withTls(tls)));
  }

  @Test
  void eachHostGetsItsCertificateAndTheOthersTheFirst() {
    Tls several =
        SERVER
            .withCertificateFor("other.example", ELSEWHERE.certificate(), ELSEWHERE.key(), null)
            .withCertificateFor("*.Wild.example", ELSEWHERE.certificate(), ELSEWHERE.key(), null);
    run(() -> {
      try (var server = start(several)) {
        assertThat(shownTo("other.example", server)).isEqualTo("CN=elsewhere");
        assertThat(shownTo("OTHER.example", server)).isEqualTo("CN=elsewhere");
        assertThat(shownTo("a.wild.example", server)).isEqualTo("CN=elsewhere");
        assertThat(shownTo("a.b.wild.example", server)).isEqualTo("CN=localhost");
        assertThat(shownTo("wild.example", server)).isEqualTo("CN=localhost");
        assertThat(shownTo("unknown.example", server)).isEqualTo("CN=localhost");
        assertThat(shownTo("127.0.0.1", server)).as("no name is sent").isEqualTo("CN=localhost");
      }
    });
  }

  @Test
  void aClientThatChecksIsContentWithTheCertificateOfItsHost() {
    Tls several =
        SERVER.withCertificateFor(
            "elsewhere.example", ELSEWHERE.certificate(), ELSEWHERE.key(), null);
    Tls client =
        Tls.client().withTrusted(ELSEWHERE.certificate()).withServerHostname("elsewhere.example");
    run(() -> {
      try (var server = start(several);
          var streams =
              await(
                  openConnection(
                      "127.0.0.1", server.port(), StreamOptions.defaults().withTls(client)))) {
        assertThat(await(streams.reader().read())).isEqualTo(ascii("hello"));
      }
    });
  }

  @Test
  void aCertificateForAHostNeedsOneForTheOthers() {
    assertThatThrownBy(() ->
            Tls.client()
                .withCertificateFor("a.example", ELSEWHERE.certificate(), ELSEWHERE.key(), null))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Tls.server(certificate, key)");
  }

  // ---- encrypted keys ----

  private Path encryptedKey(String password) throws Exception {
    String algorithm = "PBEWithHmacSHA256AndAES_256"; // what OpenSSL writes today
    SecretKey secret =
        SecretKeyFactory.getInstance(algorithm)
            .generateSecret(new PBEKeySpec(password.toCharArray()));
    Cipher cipher = Cipher.getInstance(algorithm);
    cipher.init(Cipher.ENCRYPT_MODE, secret, new PBEParameterSpec(new byte[16], 2048));
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("PBES2");
    parameters.init(cipher.getParameters().getEncoded());
    byte[] encrypted =
        new EncryptedPrivateKeyInfo(
                parameters, cipher.doFinal(content(Files.readString(LOCALHOST.key()))))
            .getEncoded();
    return write("ENCRYPTED PRIVATE KEY", encrypted);
  }

  private static byte[] content(String pem) {
    return Base64.getMimeDecoder().decode(pem.replaceAll("-----[^-]*-----", ""));
  }

  private Path write(String kind, byte[] content) throws Exception {
    String text = Base64.getMimeEncoder().encodeToString(content);
    Path file = folder.resolve("key.pem");
    return Files.writeString(
        file, "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
  }

  @Test
  void anEncryptedKeyIsReadWithItsPassword() throws Exception {
    Tls tls = Tls.server(LOCALHOST.certificate(), encryptedKey("open sesame"), "open sesame");
    run(() -> {
      try (var server = start(tls)) {
        assertThat(shownTo("localhost", server)).isEqualTo("CN=localhost");
      }
    });
    assertThat(tls.keyPassword()).isEqualTo("open sesame");
    assertThat(tls.toString()).doesNotContain("sesame");
  }

  @Test
  void aWrongPasswordIsNamed() throws Exception {
    Path key = encryptedKey("right");
    assertThatThrownBy(() -> run(() -> start(Tls.server(LOCALHOST.certificate(), key, "wrong"))))
        .isInstanceOf(SSLException.class)
        .hasMessageContaining("wrong password for the private key in " + key);
    assertThatThrownBy(() -> run(() -> start(Tls.server(LOCALHOST.certificate(), key))))
        .isInstanceOf(SSLException.class)
        .hasMessageContaining("is encrypted, and there is no password for it");
  }

  // ---- files that are none ----

  @Test
  void aKeyOfTheOldFormTellsTheWayOut() throws Exception {
    Path key = write("EC PRIVATE KEY", content(Files.readString(LOCALHOST.key())));
    assertThatThrownBy(() -> run(() -> start(Tls.server(LOCALHOST.certificate(), key))))
        .isInstanceOf(SSLException.class)
        .hasMessageContaining("openssl pkcs8 -topk8 -nocrypt");
  }

  @Test
  void filesThatAreDamagedOrMissingAreNamed() throws Exception {
    Path damaged = write("PRIVATE KEY", new byte[] {1, 2, 3});
    assertThatThrownBy(() -> run(() -> start(Tls.server(LOCALHOST.certificate(), damaged))))
        .isInstanceOf(SSLException.class)
        .hasMessageContaining("or damaged");
    Path empty = Files.createFile(folder.resolve("empty"));
    assertThatThrownBy(() -> run(() -> start(Tls.server(LOCALHOST.certificate(), empty))))
        .isInstanceOf(SSLException.class)
        .hasMessageContaining("no private key in " + empty);
    assertThatThrownBy(() -> run(() -> start(Tls.server(empty, LOCALHOST.key()))))
        .isInstanceOf(SSLException.class)
        .hasMessageContaining("no certificates in " + empty);
    Path missing = folder.resolve("missing");
    assertThatThrownBy(() -> run(() -> start(Tls.server(missing, LOCALHOST.key()))))
        .isInstanceOf(SSLException.class)
        .hasMessageContaining(missing.toString());
  }
}
