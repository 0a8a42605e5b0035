package jasyncio.net;

import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// How a process is to be started, and the thread that does it: forking takes a millisecond or two,
/// which the loop need not wait for.
final class ProcessStart {
  private static final Pattern ERROR_NUMBER = Pattern.compile("error[=:] ?(\\d+)");

  private final List<String> command;
  private final SubprocessOptions options;

  ProcessStart(List<String> command, SubprocessOptions options) {
    this.command = List.copyOf(command);
    this.options = options;
    if (command.isEmpty()) {
      throw new IllegalArgumentException("a command must name a program");
    }
    for (String word : command) {
      checkNoZero(word);
    }
    Map<String, String> environment = options.environment();
    if (environment != null) {
      environment.forEach((name, value) -> {
        checkNoZero(name);
        checkNoZero(value);
        if (name.isEmpty() || name.indexOf('=') >= 0) {
          throw new IllegalArgumentException("illegal environment variable name: '" + name + "'");
        }
      });
    }
  }

  private static void checkNoZero(String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("embedded null byte in: " + text.replace("\0", "\\0"));
    }
  }

  /// What has been started.
  record Launched(
      Process process,
      @Nullable PipeWriter stdin,
      @Nullable PipeReader stdout,
      @Nullable PipeReader stderr) {
    /// Kills the process, and lets its pipes go.
    void abandon() {
      process.toHandle().destroyForcibly();
      if (stdin != null) {
        stdin.letGo();
      }
      if (stdout != null) {
        stdout.letGo();
      }
      if (stderr != null) {
        stderr.letGo();
      }
    }
  }

  String program() {
    return command.getFirst();
  }

  /// Starts the process on a thread of its own, which tells `transport`.
  void begin(SubprocessTransport transport) {
    Pipes.thread(1, () -> run(transport)).start();
  }

  private void run(SubprocessTransport transport) {
    CompletableFuture<@Nullable PipeReader> second = new CompletableFuture<>();
    if (options.stderr().isPipe()) { // before the process, which need not be waited for then
      Pipes.thread(2, () -> pump(second)).start();
    }
    Process process;
    try {
      process = builder().start();
    } catch (IOException | RuntimeException e) {
      second.complete(null);
      Throwable named = e instanceof IOException failure ? named(failure) : e;
      transport.post(() -> transport.notStarted(named));
      return;
    }
    synchronized (process.getInputStream()) { // at once: see PipeReader
      PipeReader stderr =
          options.stderr().isPipe() ? new PipeReader(transport, 2, process.getErrorStream()) : null;
      second.complete(stderr);
      attend(process, transport, stderr);
    }
  }

  private static void pump(CompletableFuture<@Nullable PipeReader> second) {
    PipeReader stderr = second.join();
    if (stderr != null) {
      stderr.pump();
    }
  }

  private void attend(Process process, SubprocessTransport transport, @Nullable PipeReader stderr) {
    PipeWriter stdin =
        options.stdin().isPipe() ? new PipeWriter(transport, process.getOutputStream()) : null;
    PipeReader stdout =
        options.stdout().isPipe() ? new PipeReader(transport, 1, process.getInputStream()) : null;
    if (!transport.launched(new Launched(process, stdin, stdout, stderr))) {
      return; // nobody is left to have it, and it has been killed
    }
    var _ =
        process
            .onExit()
            .thenAccept(ended -> transport.post(() -> transport.exited(ended.exitValue())));
    if (stdout != null) {
      stdout.pump();
    }
  }

  private ProcessBuilder builder() {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(options.stdin().forInput())
            .redirectOutput(options.stdout().forOutput());
    if (options.stderr().isStdout()) {
      builder.redirectErrorStream(true);
    } else {
      builder.redirectError(options.stderr().forOutput());
    }
    Path directory = options.directory();
    if (directory != null) {
      builder.directory(directory.toFile());
    }
    Map<String, String> environment = options.environment();
    if (environment != null) {
      builder.environment().clear();
      builder.environment().putAll(environment);
    }
    return builder;
  }

  /// The system's reason as asyncio gives it, with the name of what it is about.
  private IOException named(IOException failure) {
    Path directory = options.directory();
    boolean aboutDirectory = directory != null && !Files.isDirectory(directory);
    String what = aboutDirectory ? String.valueOf(directory) : program();
    String text = String.valueOf(failure.getMessage());
    IOException named =
        switch (errorNumber(text)) {
          case 2 ->
              new FileNotFoundException("[Errno 2] No such file or directory: '" + what + "'");
          case 13 -> new AccessDeniedException(what, null, "[Errno 13] Permission denied");
          case 20 -> new FileNotFoundException("[Errno 20] Not a directory: '" + what + "'");
          default -> new IOException(text);
        };
    named.initCause(failure);
    return named;
  }

  /// The JDK has the number in its text only: `error=2, ...` or `error: 2 (...)`.
  private static int errorNumber(String text) {
    Matcher matcher = ERROR_NUMBER.matcher(text);
    return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
  }

  /// The command that a shell runs.
  static List<String> shell(String command) {
    return File.separatorChar == '/'
        ? List.of("/bin/sh", "-c", command)
        : List.of("cmd.exe", "/c", command);
  }
}
