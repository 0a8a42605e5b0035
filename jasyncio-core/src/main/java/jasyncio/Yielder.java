package jasyncio;

import org.jspecify.annotations.Nullable;

/// What a generator's body gives its items to.
///
/// @param <T> the type of the items
@FunctionalInterface
public interface Yielder<T extends @Nullable Object> {
  /// Gives `item` to whoever asked for one, and returns when the next is asked for. To be called in
  /// the generator's own body only, not in tasks it makes.
  ///
  /// Counterpart: the `yield` expression of an `async def`.
  ///
  /// @param item what whoever iterates gets
  /// @return what was sent with [AsyncGenerator#asend(Object)], or null
  @SuppressWarnings("NamedLikeContextualKeyword") // always called as yielder.yield(item)
  @Nullable Object yield(T item);
}
