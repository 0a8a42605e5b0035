package jasyncio;

import org.jspecify.annotations.Nullable;

/// What is done with each item of an asynchronous iteration: plain Java that may await, and may
/// throw anything.
///
/// @param <T> the type of the items
@FunctionalInterface
public interface AsyncConsumer<T extends @Nullable Object> {
  /// Takes an item, inside a task.
  ///
  /// @param item the item
  /// @throws Throwable anything; it ends the iteration
  void accept(T item) throws Throwable;
}
