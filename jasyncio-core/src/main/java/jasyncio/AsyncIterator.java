package jasyncio;

import org.jspecify.annotations.Nullable;

/// Gives one item after the other, and may have to wait for each.
///
/// `for (var item : asyncFor(iterator))` is `async for item in iterator`.
///
/// Counterpart: `collections.abc.AsyncIterator`.
public interface AsyncIterator<T extends @Nullable Object> {
  /// The next item. Its coroutine throws [StopAsyncIteration] when there is none.
  @CheckReturnValue
  Coroutine<T> anext();
}
