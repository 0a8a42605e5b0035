/// The ports of the loop: where time, waiting and the order of ready work come from.
@NullMarked
package jasyncio.spi;

import org.jspecify.annotations.NullMarked;
