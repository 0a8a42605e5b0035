package jasyncio.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/// The certificate that the guide's page on TLS has its reader make, made with the JDK alone.
final class OwnCertificate {
  private static final String PASSWORD = "secret";

  private OwnCertificate() {}

  /// Writes a self-signed certificate for `localhost`, and its key, as PEM files.
  static void write(Path certificate, Path key)
      throws IOException, GeneralSecurityException, InterruptedException {
    Path store = Files.createTempDirectory("jasyncio").resolve("store.p12");
    try {
      run(
          Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
          ("-genkeypair -alias localhost -keyalg RSA -dname CN=localhost -ext SAN=dns:localhost"
                  + " -validity 7 -storetype PKCS12 -storepass "
                  + PASSWORD
                  + " -keystore")
              .split(" "),
          store.toString());
      KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD.toCharArray());
      Files.writeString(
          certificate, pem("CERTIFICATE", keys.getCertificate("localhost").getEncoded()));
      Files.writeString(
          key, pem("PRIVATE KEY", keys.getKey("localhost", PASSWORD.toCharArray()).getEncoded()));
    } finally {
      Files.deleteIfExists(store);
      Files.deleteIfExists(store.getParent());
    }
  }

  private static void run(String command, String[] options, String store)
      throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(command));
    words.addAll(List.of(options));
    words.add(store);
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new IOException("keytool: " + output);
    }
  }

  private static String pem(String kind, byte[] content) {
    String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
    return "-----BEGIN " + kind + "-----\n" + lines + "\n-----END " + kind + "-----\n";
  }
}
