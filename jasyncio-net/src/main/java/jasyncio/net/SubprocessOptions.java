package jasyncio.net;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Options of [Subprocess#createSubprocessExec(java.util.List, SubprocessOptions)] and its kin.
/// Immutable: each `with` method returns a changed copy.
///
/// Counterpart: the keyword arguments of `asyncio.create_subprocess_exec`.
public final class SubprocessOptions {
  private static final SubprocessOptions DEFAULTS =
      new SubprocessOptions(
          Stdio.INHERIT, Stdio.INHERIT, Stdio.INHERIT, StreamReader.DEFAULT_LIMIT, null, null);

  private final Stdio stdin;
  private final Stdio stdout;
  private final Stdio stderr;
  private final int limit;
  private final @Nullable Path directory;
  private final @Nullable Map<String, String> environment;

  private SubprocessOptions(
      Stdio stdin,
      Stdio stdout,
      Stdio stderr,
      int limit,
      @Nullable Path directory,
      @Nullable Map<String, String> environment) {
    this.stdin = stdin;
    this.stdout = stdout;
    this.stderr = stderr;
    this.limit = limit;
    this.directory = directory;
    this.environment = environment;
  }

  /// All three streams, the environment and the working directory are those of this process; the
  /// readers' limit is 64 KiB.
  ///
  /// @return these options
  public static SubprocessOptions defaults() {
    return DEFAULTS;
  }

  /// All three streams are pipes.
  ///
  /// @return these options
  public static SubprocessOptions piped() {
    return DEFAULTS
        .withStdin(Subprocess.PIPE)
        .withStdout(Subprocess.PIPE)
        .withStderr(Subprocess.PIPE);
  }

  /// Sets where the process reads from.
  ///
  /// @param stdin from where
  /// @return a copy with that setting
  /// @throws IllegalArgumentException if one cannot read from there
  public SubprocessOptions withStdin(Stdio stdin) {
    stdin.forInput();
    return new SubprocessOptions(stdin, stdout, stderr, limit, directory, environment);
  }

  /// Sets where the process writes to.
  ///
  /// @param stdout to where
  /// @return a copy with that setting
  /// @throws IllegalArgumentException if it is `STDOUT`
  public SubprocessOptions withStdout(Stdio stdout) {
    stdout.forOutput();
    return new SubprocessOptions(stdin, stdout, stderr, limit, directory, environment);
  }

  /// Sets where the process writes its errors to; `STDOUT` for the same place as its output.
  ///
  /// @param stderr to where
  /// @return a copy with that setting
  public SubprocessOptions withStderr(Stdio stderr) {
    return new SubprocessOptions(stdin, stdout, stderr, limit, directory, environment);
  }

  /// Sets the limit of the readers of pipes.
  ///
  /// @param limit how many bytes
  /// @return a copy with that setting
  /// @throws IllegalArgumentException if it is not positive
  public SubprocessOptions withLimit(int limit) {
    StreamReader.create(limit);
    return new SubprocessOptions(stdin, stdout, stderr, limit, directory, environment);
  }

  /// Starts the process in `directory`; null for that of this process. Counterpart: `cwd`.
  ///
  /// @param directory the folder, or null
  /// @return a copy with that setting
  public SubprocessOptions withDirectory(@Nullable Path directory) {
    return new SubprocessOptions(stdin, stdout, stderr, limit, directory, environment);
  }

  /// Gives the process these variables and no others; null for those of this process. Counterpart:
  /// `env`.
  ///
  /// @param environment names and values, or null
  /// @return a copy with that setting
  public SubprocessOptions withEnvironment(@Nullable Map<String, String> environment) {
    return new SubprocessOptions(
        stdin,
        stdout,
        stderr,
        limit,
        directory,
        environment == null ? null : Map.copyOf(environment));
  }

  /// {@return where the process reads from}
  public Stdio stdin() {
    return stdin;
  }

  /// {@return where the process writes to}
  public Stdio stdout() {
    return stdout;
  }

  /// {@return where the process writes its errors to}
  public Stdio stderr() {
    return stderr;
  }

  /// {@return the limit of the readers, in bytes}
  public int limit() {
    return limit;
  }

  /// {@return the working directory, or null for that of this process}
  public @Nullable Path directory() {
    return directory;
  }

  /// {@return the variables, or null for those of this process}
  public @Nullable Map<String, String> environment() {
    return environment;
  }
}
