package jasyncio;

import org.jspecify.annotations.Nullable;

/// What [Asyncio#await(Awaitable)] accepts: a [Coroutine], or a [Future] such as a [Task].
///
/// Counterpart: `collections.abc.Awaitable`.
///
/// @param <T> the type of its result
public sealed interface Awaitable<T extends @Nullable Object> permits Coroutine, Future {}
