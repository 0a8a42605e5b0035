package jasyncio;

import java.util.Set;

/// What [Asyncio#wait(java.util.Collection)] found, each set in the order in which they were given.
///
/// @param <F> the type of the futures
/// @param done the futures that are done
/// @param pending the futures that are not
public record WaitResult<F extends Future<?>>(Set<F> done, Set<F> pending) {}
