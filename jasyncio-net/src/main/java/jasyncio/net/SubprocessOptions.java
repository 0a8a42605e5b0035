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
  public static SubprocessOptions defaults() {
    return DEFAULTS;
  }

  /// All three streams are pipes.
  public static SubprocessOptions piped() {
    return DEFAULTS
        .withStdin(Subprocess.PIPE)
        .withStdout(Subprocess.PIPE)
        .withStderr(Subprocess.PIPE);
  }

  /// Where the process reads from.
  ///
  /// @throws IllegalArgumentException if one cannot read from there
  public SubprocessOptions withStdin(Stdio stdin) {
    stdin.forInput();
    return new SubprocessOptions(stdin, stdout, stderr, limit, directory, environment);
  }

  /// Where the process writes to.
  ///
  /// @throws IllegalArgumentException if it is `STDOUT`
  public SubprocessOptions withStdout(Stdio stdout) {
    stdout.forOutput();
    return new SubprocessOptions(stdin, stdout, stderr, limit, directory, environment);
  }

  /// Where the process writes its errors to; `STDOUT` for the same place as its output.
  public SubprocessOptions withStderr(Stdio stderr) {
    return new SubprocessOptions(stdin, stdout, stderr, limit, directory, environment);
  }

  /// Sets the limit of the readers of pipes, in bytes.
  ///
  /// @throws IllegalArgumentException if it is not positive
  public SubprocessOptions withLimit(int limit) {
    StreamReader.create(limit);
    return new SubprocessOptions(stdin, stdout, stderr, limit, directory, environment);
  }

  /// Starts the process in `directory`; null for that of this process. Counterpart: `cwd`.
  public SubprocessOptions withDirectory(@Nullable Path directory) {
    return new SubprocessOptions(stdin, stdout, stderr, limit, directory, environment);
  }

  /// Gives the process these variables and no others; null for those of this process. Counterpart:
  /// `env`.
  public SubprocessOptions withEnvironment(@Nullable Map<String, String> environment) {
    return new SubprocessOptions(
        stdin,
        stdout,
        stderr,
        limit,
        directory,
        environment == null ? null : Map.copyOf(environment));
  }

  /// Where the process reads from.
  public Stdio stdin() {
    return stdin;
  }

  /// Where the process writes to.
  public Stdio stdout() {
    return stdout;
  }

  /// Where the process writes its errors to.
  public Stdio stderr() {
    return stderr;
  }

  /// The limit of the readers, in bytes.
  public int limit() {
    return limit;
  }

  /// The working directory, or null for that of this process.
  public @Nullable Path directory() {
    return directory;
  }

  /// The variables, or null for those of this process.
  public @Nullable Map<String, String> environment() {
    return environment;
  }
}
