package jasyncio;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The future of a gather: cancelling it cancels the children, and it ends when they report.
///
/// CPython: `gather` in Lib/asyncio/tasks.py, 3.14.
final class Gather<T extends @Nullable Object> extends Future<List<T>> {
  private final boolean returnExceptions;
  private final List<Future<? extends T>> children;
  private int expected;
  private int finished;
  private boolean started;
  private boolean cancelRequested;

  private Gather(Kernel kernel, int size, boolean returnExceptions) {
    super(kernel);
    this.children = new ArrayList<>(size);
    this.returnExceptions = returnExceptions;
  }

  static <T extends @Nullable Object> Future<List<T>> of(
      EventLoop loop,
      Collection<? extends Awaitable<? extends T>> awaitables,
      boolean returnExceptions) {
    Gather<T> outer = new Gather<>(loop.kernel, awaitables.size(), returnExceptions);
    outer.start(loop, awaitables);
    return outer;
  }

  private void start(EventLoop loop, Collection<? extends Awaitable<? extends T>> awaitables) {
    if (awaitables.isEmpty()) {
      setResult(List.of());
      return;
    }
    List<Future<? extends T>> doneAlready = new ArrayList<>();
    Consumer<Future<? extends T>> onChildDone = this::childDone;
    kernel.checkReader("gather");
    Task<?> caller = kernel.currentTask;
    for (Awaitable<? extends T> awaitable : awaitables) {
      Future<? extends T> child = earlier(awaitable, awaitables);
      if (child == null) {
        child = loop.<T>ensureFuture(awaitable);
        expected++;
        if (child.done()) {
          doneAlready.add(child);
        } else {
          child.addInternalCallback(onChildDone, caller);
        }
      }
      children.add(child);
    }
    started = true;
    doneAlready.forEach(this::childDone);
  }

  /// The child made for the same coroutine before, or null. A coroutine knows whether it has been
  /// in any `gather`; if so, the arguments before it are looked through. A future that is given
  /// twice reports twice, one report right behind the other, which comes to the same.
  private @Nullable Future<? extends T> earlier(
      Awaitable<? extends T> awaitable, Collection<? extends Awaitable<? extends T>> all) {
    if (!(awaitable instanceof Coroutine<? extends T> coroutine)) {
      return null;
    }
    if (!coroutine.gathered) {
      coroutine.gathered = true;
      return null;
    }
    int i = 0;
    for (Awaitable<? extends T> other : all) {
      if (i == children.size()) {
        return null;
      }
      if (other == awaitable) {
        return children.get(i);
      }
      i++;
    }
    return null;
  }

  private void childDone(Future<? extends T> child) {
    finished++;
    if (!started || done()) {
      child.retrieved(); // nobody will look at it any more
      return;
    }
    if (!returnExceptions) {
      if (child.cancelled()) {
        setException(child.makeCancelledError());
        return;
      }
      Throwable failure = child.exception();
      if (failure != null) {
        setException(failure);
        return;
      }
    }
    if (finished == expected) {
      finish();
    }
  }

  private void finish() {
    List<@Nullable Object> results = new ArrayList<>(children.size());
    for (Future<? extends T> child : children) {
      if (child.cancelled()) {
        results.add(new CancelledError(child.cancelMessage()));
      } else {
        Throwable failure = child.exception();
        results.add(failure == null ? child.result() : failure);
      }
    }
    if (cancelRequested) { // asked only now: the failures count as looked at in any case
      setException(
          children.getLast().makeCancelledError()); // of the last argument, cancelled or not
      return;
    }
    @SuppressWarnings("unchecked")
    List<T> typed = (List<T>) results;
    setResult(typed);
  }

  @Override
  String kind() {
    return "gather";
  }

  @Override
  public boolean cancel(@Nullable String message) {
    if (done()) {
      return false;
    }
    boolean any = false;
    for (Future<? extends T> child : children) {
      any |= child.cancel(message);
    }
    cancelRequested |= any;
    return any;
  }
}
