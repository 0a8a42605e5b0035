package jasyncio.engine;

/// One suspendable stack: it runs its body until the body ends or suspends, and is resumed where it
/// left off.
///
/// A fiber belongs to the [Carrier] that made it. Everything but [#stackTrace()] is called while
/// the carrier's loop runs: [#resume()] by the loop, or by another fiber that is running;
/// [#suspend()] by the body itself.
///
/// The body must catch whatever its work throws: an exception that leaves it is the caller's bug.
public interface Fiber {
  /// Runs the body until it suspends or ends.
  ///
  /// @throws IllegalStateException if the body has ended, or if the fiber was first run by another
  ///   thread
  void resume();

  /// Gives control back to whoever resumed this fiber; returns when it is resumed again.
  ///
  /// @throws IllegalStateException if the stack cannot be left here: it holds a monitor
  ///   (`synchronized`), or has a native frame or a static initialiser in it. The fiber stays
  ///   usable.
  void suspend();

  /// Whether the body has ended.
  boolean isDone();

  /// The stack of a suspended fiber, innermost frame first; empty if it has not started, has ended
  /// or is running.
  ///
  /// May be called from any thread; the loop waits for the few microseconds it takes if it resumes
  /// this fiber meanwhile.
  StackTraceElement[] stackTrace();
}
