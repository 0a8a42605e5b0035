/// The ports of the network layer: what `jasyncio.net` needs of whatever carries its bytes. Netty's
/// transports implement them, and so does the simulated network.
@NullMarked
package jasyncio.net.spi;

import org.jspecify.annotations.NullMarked;
