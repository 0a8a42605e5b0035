package jasyncio.net;

import static jasyncio.Asyncio.await;
import static jasyncio.net.Subprocess.createSubprocessExec;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A program that somebody else has written, at the other end of a connection. Used in a task.
final class Peer implements AutoCloseable {
  /// What is needed, by the names it may have, and the package of Debian that has it.
  private static final Map<String, String> PACKAGES =
      Map.of("socat", "socat", "nc", "netcat-openbsd", "openssl", "openssl");

  private final Subprocess process;

  private Peer(Subprocess process) {
    this.process = process;
  }

  /// Both address families, if this machine has them.
  static List<String> loopbacks() {
    try {
      boolean hasInet6 =
          NetworkInterface.networkInterfaces()
              .flatMap(NetworkInterface::inetAddresses)
              .anyMatch(address -> address instanceof Inet6Address && address.isLoopbackAddress());
      return hasInet6 ? List.of("127.0.0.1", "::1") : List.of("127.0.0.1");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /// Starts a program with pipes to all its streams.
  static Peer start(String program, String... arguments) {
    List<String> command = new ArrayList<>(List.of(find(program)));
    command.addAll(List.of(arguments));
    return new Peer(await(createSubprocessExec(command, SubprocessOptions.piped())));
  }

  private static String find(String program) {
    for (String name : List.of(program + ".openbsd", program)) { // Debian has two of nc
      for (String folder : System.getenv("PATH").split(File.pathSeparator)) {
        Path file = Path.of(folder, name);
        if (Files.isExecutable(file)) {
          return file.toString();
        }
      }
    }
    throw new AssertionError(
        "this test talks to the program "
            + program
            + ", which is not installed: it is in Debian's package "
            + PACKAGES.get(program));
  }

  /// What a program writes that is given `input` and then the end; it must end well.
  static String answer(byte[] input, String program, String... arguments) {
    try (Peer peer = start(program, arguments)) {
      Subprocess.Output output = await(peer.process.communicate(input));
      assertThat(peer.process.returncode())
          .as("%s %s: %s", program, List.of(arguments), text(output.stderr()))
          .isZero();
      return text(output.stdout());
    }
  }

  private static String text(byte[] bytes) {
    return new String(Objects.requireNonNull(bytes), StandardCharsets.ISO_8859_1);
  }

  StreamWriter in() {
    return Objects.requireNonNull(process.stdin());
  }

  StreamReader out() {
    return Objects.requireNonNull(process.stdout());
  }

  StreamReader err() {
    return Objects.requireNonNull(process.stderr());
  }

  /// The first group of `pattern` in the next line of `reader` that has it.
  static String find(StreamReader reader, String pattern) {
    Pattern compiled = Pattern.compile(pattern);
    StringBuilder seen = new StringBuilder();
    while (true) {
      String line = new String(await(reader.readLineBytes()), StandardCharsets.ISO_8859_1);
      seen.append(line);
      Matcher matcher = compiled.matcher(line);
      if (matcher.find()) {
        return matcher.group(1);
      }
      assertThat(line).as("no line with %s in: %s", pattern, seen).isNotEmpty();
    }
  }

  /// Ends it without a warning.
  void kill() {
    process.kill();
    await(process.waitExit());
  }

  int waitExit() {
    return await(process.waitExit());
  }

  @Override
  public void close() {
    if (process.returncode() == null) {
      kill();
    }
  }
}
