package jasyncio.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
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

  /// For `localhost`, valid no more, of an authority that is; the first certificate is the
  /// authority's.
  static final Pair[] EXPIRED = makeExpired();

  private static Pair make(String name, String alternatives) {
    try {
      Path folder = newFolder();
      Path store = folder.resolve("store.p12");
      generate(store, name, "-validity", "2", "-ext", "SAN=" + alternatives);
      return export(store, name);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static Pair[] makeExpired() {
    try {
      Path store = newFolder().resolve("store.p12");
      generate(store, "authority", "-validity", "2", "-ext", "bc=ca:true");
      generate(
          store,
          "localhost",
          "-startdate",
          "-10d",
          "-validity",
          "5",
          "-ext",
          "SAN=dns:localhost",
          "-signer",
          "authority");
      return new Pair[] {export(store, "authority"), export(store, "localhost")};
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private static Path newFolder() throws IOException {
    Path folder = Files.createTempDirectory("jasyncio-tls");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
    return folder;
  }

  private static void generate(Path store, String name, String... more) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                name,
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + name,
                "-storetype",
                "PKCS12",
                "-keystore",
                store.toString(),
                "-storepass",
                "secret"));
    command.addAll(List.of(more));
    Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(keytool.getInputStream().readAllBytes());
    if (keytool.waitFor() != 0) {
      throw new IllegalStateException("keytool: " + output);
    }
  }

  private static Pair export(Path store, String name) throws Exception {
    KeyStore keys = KeyStore.getInstance(store.toFile(), "secret".toCharArray());
    Path certificate = store.resolveSibling(name + ".pem");
    Path key = store.resolveSibling(name + ".key");
    write(certificate, "CERTIFICATE", keys.getCertificate(name).getEncoded());
    write(key, "PRIVATE KEY", keys.getKey(name, "secret".toCharArray()).getEncoded());
    return new Pair(certificate, key);
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
