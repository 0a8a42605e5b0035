/// What tests say about themselves.
@NullMarked
package jasyncio.parity;

import org.jspecify.annotations.NullMarked;
