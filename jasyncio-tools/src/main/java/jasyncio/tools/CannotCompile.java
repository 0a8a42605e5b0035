package jasyncio.tools;

/// Why a program cannot be compiled, in words for its author.
final class CannotCompile extends Exception {
  private static final long serialVersionUID = 1;

  CannotCompile(String message) {
    super(message);
  }
}
