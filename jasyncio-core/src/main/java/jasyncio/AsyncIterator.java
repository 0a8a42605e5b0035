package jasyncio;

import org.jspecify.annotations.Nullable;

/// Gives one item after the other, and may have to wait for each.
///
/// `for (var item : asyncFor(iterator))` is `async for item in iterator`.
///
/// Counterpart: `collections.abc.AsyncIterator`.
///
/// @param <T> the type of the items
public interface AsyncIterator<T extends @Nullable Object> {
  /// {@return the next item} Its coroutine throws [StopAsyncIteration] when there is none.
  ///
  /// Suspends until there is one. What a cancellation does, each iterator says itself. Counterpart:
  /// `__anext__`.
  @CheckReturnValue
  Coroutine<T> anext();
}
