/// One suspendable stack ([Fiber]), in two implementations chosen by [Engine].
@NullMarked
package jasyncio.engine;

import org.jspecify.annotations.NullMarked;
