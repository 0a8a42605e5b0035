package jasyncio;

import org.jspecify.annotations.Nullable;

/// The body of an asynchronous generator: plain Java that may await, and gives items with
/// [Yielder#yield(Object)].
///
/// @param <T> the type of the items
@FunctionalInterface
public interface GeneratorBody<T extends @Nullable Object> {
  /// Runs the body, on a stack of its own, in the task that asks for items.
  ///
  /// @param yielder where to give the items
  /// @throws Throwable anything
  void run(Yielder<T> yielder) throws Throwable;
}
