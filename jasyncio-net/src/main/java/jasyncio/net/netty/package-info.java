/// Where Netty is: everything of the network layer that touches one of its types. Not exported to
/// programs.
@NullMarked
package jasyncio.net.netty;

import org.jspecify.annotations.NullMarked;
