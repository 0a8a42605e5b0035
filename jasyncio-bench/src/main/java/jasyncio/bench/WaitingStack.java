package jasyncio.bench;

import java.lang.StackWalker.Option;
import java.lang.StackWalker.StackFrame;
import java.util.List;
import java.util.Set;
import jdk.internal.vm.Continuation;
import jdk.internal.vm.ContinuationScope;

/// The stack of a task on the continuation engine, while the task waits: what is copied at a
/// switch.
final class WaitingStack {
  private final Continuation continuation;

  private WaitingStack(Continuation continuation) {
    this.continuation = continuation;
  }

  /// That of the task that calls.
  static WaitingStack ofCaller() throws ReflectiveOperationException {
    // private to the engine, and nobody else needs it
    var scope = Class.forName("jasyncio.engine.ContinuationFiber").getDeclaredField("SCOPE");
    scope.setAccessible(true);
    return new WaitingStack(
        Continuation.getCurrentContinuation((ContinuationScope) scope.get(null)));
  }

  /// All frames, those of lambdas too, the innermost first. Not while the task is on its stack.
  List<String> frames() {
    return continuation
        .stackWalker(Set.of(Option.SHOW_HIDDEN_FRAMES))
        .walk(frames -> frames.map(StackFrame::toString).toList());
  }
}
