/// The load that servers are put under.
@NullMarked
package jasyncio.bench.load;

import org.jspecify.annotations.NullMarked;
