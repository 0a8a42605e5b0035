/// Runs jasyncio and its rivals in turn, and writes down what came out.
@NullMarked
package jasyncio.bench.compare;

import org.jspecify.annotations.NullMarked;
