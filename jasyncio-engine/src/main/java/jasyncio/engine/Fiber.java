package jasyncio.engine;

/// One suspendable stack: it runs its body until the body ends or suspends, and is resumed where it
/// left off.
///
/// A fiber belongs to the [Carrier] that made it. Everything but [#stackTrace()] is called while
/// the carrier's loop runs: [#resume()] by the loop's top frame; [#resumeNested()] by anything else
/// that runs on the loop, such as a callback or another fiber; [#suspend()] by the body itself.
///
/// The body must catch whatever its work throws: an exception that leaves it is the caller's bug.
public interface Fiber {
  /// Runs the body until it suspends or ends. The caller holds no monitor (`synchronized`).
  ///
  /// Afterwards the thread still has the scoped values and thread locals of this fiber, since the
  /// next is often right behind it: [Carrier#enterHost()] before anything that is no fiber's code.
  ///
  /// @throws IllegalStateException if the body has ended or is running, if the carrier's loop does
  ///   not run on this thread, or if the fiber was first run by another thread
  /// @throws StackOverflowError if its stack does not fit on the thread's any more; it stays
  ///   suspended, and may be resumed by somebody who has more room
  void resume();

  /// The same for a caller that may hold monitors and goes on when the body suspends, such as the
  /// parent of an eager task. It keeps its monitors; in exchange, a monitor that the body itself
  /// holds when it suspends goes unnoticed.
  ///
  /// @throws IllegalStateException as [#resume()]
  /// @throws StackOverflowError as [#resume()]
  void resumeNested();

  /// Gives control back to whoever resumed this fiber; returns when it is resumed again.
  ///
  /// @throws IllegalStateException if the stack cannot be left here: it holds a monitor
  ///   (`synchronized`), or has a native frame or a static initialiser in it. The fiber stays
  ///   usable.
  void suspend();

  /// The same where whoever resumed this fiber is going to suspend as well, in its place: so a
  /// monitor that either of them holds is refused here, however this fiber was resumed.
  ///
  /// @throws IllegalStateException as [#suspend()]
  void suspendBoth();

  /// {@return whether the body has ended}
  boolean isDone();

  /// {@return the stack of a suspended fiber, innermost frame first; empty if it has not started,
  /// has ended or is running}
  ///
  /// May be called from any thread; the loop waits for the few microseconds it takes if it resumes
  /// this fiber meanwhile.
  StackTraceElement[] stackTrace();
}
