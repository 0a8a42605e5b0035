/// Coordination between the tasks of one loop: locks, events, conditions, semaphores, barriers and
/// queues. Built on the public API of `jasyncio` alone.
///
/// Nothing here is thread-safe, and nothing needs to be: a task gives up the thread only where it
/// awaits. Each object can be made anywhere; it belongs to the loop on which a task first has to
/// wait for it.
///
/// Counterpart: `asyncio.locks` and `asyncio.queues`.
@NullMarked
package jasyncio.sync;

import org.jspecify.annotations.NullMarked;
