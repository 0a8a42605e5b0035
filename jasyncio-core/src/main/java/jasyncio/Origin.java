package jasyncio;

/// Where something was made; debug mode only.
///
/// Taking it costs what the JVM's own record of a stack costs, half a microsecond. Frames are made
/// of that only when somebody wants to see them, which costs twenty times as much.
final class Origin extends Throwable {
  private static final long serialVersionUID = 1;

  private boolean trimmed;

  Origin(String message) {
    super(message);
  }

  /// Itself, with the frames of user code only.
  Origin trimmed() {
    if (!trimmed) {
      trimmed = true;
      setStackTrace(StackFrames.originOf(getStackTrace()));
    }
    return this;
  }
}
