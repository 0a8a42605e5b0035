package jasyncio.tools.build;

/// Why the build cannot go on, in words for the user.
final class BuildException extends Exception {
  private static final long serialVersionUID = 1;

  BuildException(String message) {
    super(message);
  }
}
