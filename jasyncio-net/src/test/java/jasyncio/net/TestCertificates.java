package jasyncio.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Comparator;
import java.util.stream.Stream;

/// Self-signed certificates made with the JDK's keytool, as PEM files.
final class TestCertificates {
  private TestCertificates() {}

  /// A certificate and its key.
  record Pair(Path certificate, Path key) {}

  /// For `localhost` and `127.0.0.1`.
  static final Pair LOCALHOST = make("localhost", "dns:localhost,ip:127.0.0.1");

  /// For another host.
  static final Pair ELSEWHERE = make("elsewhere", "dns:elsewhere.example");

  private static Pair make(String name, String alternatives) {
    try {
      Path folder = Files.createTempDirectory("jasyncio-tls");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
      Path store = folder.resolve("store.p12");
      Process keytool =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                  "-genkeypair",
                  "-alias",
                  name,
                  "-keyalg",
                  "EC",
                  "-dname",
                  "CN=" + name,
                  "-ext",
                  "SAN=" + alternatives,
                  "-validity",
                  "2",
                  "-storetype",
                  "PKCS12",
                  "-keystore",
                  store.toString(),
                  "-storepass",
                  "secret")
              .redirectErrorStream(true)
              .start();
      String output = new String(keytool.getInputStream().readAllBytes());
      if (keytool.waitFor() != 0) {
        throw new IllegalStateException("keytool: " + output);
      }
      KeyStore keys = KeyStore.getInstance(store.toFile(), "secret".toCharArray());
      Path certificate = folder.resolve("certificate.pem");
      Path key = folder.resolve("key.pem");
      write(certificate, "CERTIFICATE", keys.getCertificate(name).getEncoded());
      write(key, "PRIVATE KEY", keys.getKey(name, "secret".toCharArray()).getEncoded());
      return new Pair(certificate, key);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static void write(Path file, String kind, byte[] content) throws IOException {
    Files.writeString(
        file,
        "-----BEGIN "
            + kind
            + "-----\n"
            + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content)
            + "\n-----END "
            + kind
            + "-----\n");
  }

  private static void delete(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      all.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException _) {
      // a temporary folder that is gone already
    }
  }
}
