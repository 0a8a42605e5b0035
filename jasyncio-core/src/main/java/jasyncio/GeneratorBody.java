package jasyncio;

import org.jspecify.annotations.Nullable;

/// The body of an asynchronous generator: plain Java that may await, and gives items with
/// [Yielder#yield(Object)].
@FunctionalInterface
public interface GeneratorBody<T extends @Nullable Object> {
  /// Runs the body, on a stack of its own, in the task that asks for items.
  void run(Yielder<T> yielder) throws Throwable;
}
