package jasyncio.http.server;

import static jasyncio.Asyncio.await;
import static jasyncio.net.Subprocess.createSubprocessExec;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import jasyncio.net.Subprocess;
import jasyncio.net.SubprocessOptions;
import java.io.File;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// curl as client of our server.
@Timeout(60)
@Tag("curl") // left out where that is not installed, see the pom
class CurlTest extends ServerFixture {
  /// What curl did.
  private record Outcome(int status, String out, String err) {}

  private static Outcome curl(String input, String... arguments) {
    List<String> command = new ArrayList<>(List.of(find(), "-q", "-sS", "--noproxy", "*"));
    command.addAll(List.of(arguments));
    var process = await(createSubprocessExec(command, SubprocessOptions.piped()));
    Subprocess.Output output = await(process.communicate(input.getBytes(ISO_8859_1)));
    return new Outcome(
        Objects.requireNonNull(process.returncode()),
        new String(Objects.requireNonNull(output.stdout()), ISO_8859_1),
        new String(Objects.requireNonNull(output.stderr()), ISO_8859_1));
  }

  private static String find() {
    for (String folder : System.getenv("PATH").split(File.pathSeparator)) {
      Path file = Path.of(folder, "curl");
      if (Files.isExecutable(file)) {
        return file.toString();
      }
    }
    throw new AssertionError(
        "this test talks to the program curl, which is not installed: it is in Debian's package"
            + " curl");
  }

  private static boolean hasInet6() throws IOException {
    return NetworkInterface.networkInterfaces()
        .flatMap(NetworkInterface::inetAddresses)
        .anyMatch(address -> address instanceof Inet6Address && address.isLoopbackAddress());
  }

  private static String url(TcpSite site, String path) {
    return "http://127.0.0.1:" + site.port() + path;
  }

  @Test
  void severalPagesComeOverOneConnection() {
    serving((site, _) -> {
      Outcome outcome =
          curl(
              "",
              "-w",
              "|%{http_code} %{num_connects}\n",
              url(site, "/"),
              url(site, "/hello/ann"),
              url(site, "/nowhere"),
              url(site, "/hello/bob"));
      assertThat(outcome.out())
          .isEqualTo("root|200 1\nhello ann|200 0\n404: Not Found|404 0\nhello bob|200 0\n");
    });
  }

  @Test
  void versionsThatCurlMayAskForAreAnswered() {
    serving((site, _) -> {
      for (String version : List.of("--http1.0", "--http1.1", "--http2")) {
        Outcome outcome = curl("", version, url(site, "/"), url(site, "/hello/ann"));
        assertThat(outcome.out()).as(version).isEqualTo("roothello ann");
      }
    });
  }

  @Test
  void anUploadWaitsForThePermissionToContinue() {
    String text = "0123456789".repeat(50_000);
    serving((site, _) -> {
      for (List<String> kind : List.of(List.of("--data-binary", "@-"), List.of("-T", "-"))) {
        List<String> arguments = new ArrayList<>(kind); // with a length, and in chunks
        arguments.addAll(List.of("-v", "-X", "POST", "-H", "Expect: 100-continue"));
        arguments.addAll(List.of("--expect100-timeout", "50")); // it must be told, or we time out
        arguments.add(url(site, "/echo"));
        Outcome outcome = curl(text, arguments.toArray(new String[0]));
        assertThat(outcome.err()).contains("< HTTP/1.1 100 Continue").contains("< HTTP/1.1 200 OK");
        assertThat(outcome.out().equals(text)).isTrue();
      }
    });
  }

  @Test
  void headGetsTheHeaderAlone() {
    serving((site, _) -> {
      Outcome outcome = curl("", "-I", url(site, "/hello/ann"), url(site, "/"));
      assertThat(outcome.status()).isZero();
      assertThat(outcome.out().split("\r\n\r\n"))
          .hasSize(2)
          .allMatch(head -> head.startsWith("HTTP/1.1 200 OK\r\n"))
          .anyMatch(head -> head.contains("Content-Length: 9\r\n"));
    });
  }

  @Test
  void bothAddressFamiliesAreServed() {
    serving((site, runner) -> {
      assertThat(curl("", "-4", url(site, "/")).out()).isEqualTo("root");
      if (hasInet6()) {
        TcpSite inet6 = new TcpSite(runner, "::1", 0);
        await(inet6.start());
        String url = "http://[::1]:" + inet6.port() + "/";
        assertThat(curl("", "-6", "-g", url).out()).isEqualTo("root");
        assertThat(curl("", "-4", "-g", url).status()).as("not that way").isNotZero();
      }
    });
  }

  @Test
  void compressedPagesAreUnderstood() {
    serving((site, _) -> {
      Outcome outcome = curl("", "--compressed", "-w", "|%{size_download}", url(site, "/gzip"));
      String[] parts = outcome.out().split("\\|");
      assertThat(parts[0]).isEqualTo("gzip me ".repeat(1000));
      assertThat(Integer.parseInt(parts[1])).isLessThan(1000);
    });
  }

  @Test
  void manyAtOnceAreServed(@TempDir Path folder) {
    serving((site, _) -> {
      Outcome outcome =
          curl("", "-Z", "--parallel-max", "20", "-o", folder + "/#1", url(site, "/hello/[1-60]"));
      assertThat(outcome.status()).as(outcome.err()).isZero();
      for (int i = 1; i <= 60; i++) {
        assertThat(folder.resolve("" + i)).hasContent("hello " + i);
      }
    });
  }
}
