package jasyncio.net;

import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Where a standard stream of a child process comes from or goes to: the constants of [Subprocess],
/// or a file.
///
/// Counterpart: `asyncio.subprocess.PIPE` and its kin.
public final class Stdio {
  private enum Kind {
    INHERIT,
    PIPE,
    DEVNULL,
    STDOUT,
    FILE,
    APPEND
  }

  static final Stdio INHERIT = new Stdio(Kind.INHERIT, null);
  static final Stdio PIPE = new Stdio(Kind.PIPE, null);
  static final Stdio DEVNULL = new Stdio(Kind.DEVNULL, null);
  static final Stdio STDOUT = new Stdio(Kind.STDOUT, null);

  private final Kind kind;
  private final @Nullable Path path;

  private Stdio(Kind kind, @Nullable Path path) {
    this.kind = kind;
    this.path = path;
  }

  /// A file: read from its beginning, or written from its beginning with what was in it gone.
  ///
  /// @param path the file
  /// @return the stream
  public static Stdio file(Path path) {
    return new Stdio(Kind.FILE, path);
  }

  /// A file to whose end is written.
  ///
  /// @param path the file
  /// @return the stream
  public static Stdio appendTo(Path path) {
    return new Stdio(Kind.APPEND, path);
  }

  boolean isPipe() {
    return kind == Kind.PIPE;
  }

  boolean isStdout() {
    return kind == Kind.STDOUT;
  }

  Redirect forInput() {
    return switch (kind) {
      case INHERIT -> Redirect.INHERIT;
      case PIPE -> Redirect.PIPE;
      case DEVNULL -> Redirect.from(Redirect.DISCARD.file());
      case FILE -> Redirect.from(file());
      case STDOUT, APPEND ->
          throw new IllegalArgumentException(this + " cannot be the stdin of a process");
    };
  }

  Redirect forOutput() {
    return switch (kind) {
      case INHERIT -> Redirect.INHERIT;
      case PIPE -> Redirect.PIPE;
      case DEVNULL -> Redirect.DISCARD;
      case FILE -> Redirect.to(file());
      case APPEND -> Redirect.appendTo(file());
      case STDOUT -> throw new IllegalArgumentException("STDOUT can only be used for stderr");
    };
  }

  private java.io.File file() {
    assert path != null; // of both kinds of files
    return path.toFile();
  }

  @Override
  public String toString() {
    return path == null ? kind.name() : kind.name() + " " + path;
  }
}
