/// Streams, servers and TLS. Counterpart: the network half of the module `asyncio`.
@NullMarked
package jasyncio.net;

import org.jspecify.annotations.NullMarked;
