package jasyncio.engine;

/// Says why a stack cannot be left at an await, naming the frame that pins it and the cure.
final class Pinning {
  private Pinning() {}

  /// The message for an await that the JVM refused; walks the caller's stack, so it is for the
  /// error path only.
  static String describe(String reason) {
    String initializer =
        StackWalker.getInstance()
            .walk(frames ->
                frames
                    .takeWhile(frame -> !isBelowFiber(frame))
                    .filter(frame -> frame.getMethodName().equals("<clinit>"))
                    .map(StackWalker.StackFrame::getClassName)
                    .findFirst()
                    .orElse(null));
    if (initializer != null) {
      return "await inside the static initialiser of "
          + initializer
          + ": a class cannot be half initialised while other tasks run. Move the await out of the"
          + " static initialiser";
    }
    if (reason.equals("NATIVE")) {
      return "await below a native frame: a callback from native code (an FFM upcall, JNI) cannot"
          + " be suspended. Let the callback return first, and await afterwards";
    }
    return "cannot await here: the stack is pinned (" + reason + ")";
  }

  /// Whether the frame is the one that mounts a fiber: what lies below pins nothing.
  private static boolean isBelowFiber(StackWalker.StackFrame frame) {
    return frame.getClassName().equals(ContinuationFiber.class.getName())
        && frame.getMethodName().equals("mountAndRun");
  }
}
