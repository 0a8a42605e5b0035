/// Coordination between the tasks of one loop: locks, events, conditions, semaphores, barriers and
/// queues. Built on the public API of `jasyncio` alone.
///
/// Nothing here is thread-safe, and nothing needs to be: a task gives up the thread only where it
/// awaits. Each object can be made anywhere, and filled or looked at before the loop runs; it
/// belongs to the loop that uses it first, until that is closed. Another loop, or another thread
/// while the loop runs, is refused before anything has happened.
///
/// Counterpart: `asyncio.locks` and `asyncio.queues`.
@NullMarked
package jasyncio.sync;

import org.jspecify.annotations.NullMarked;
