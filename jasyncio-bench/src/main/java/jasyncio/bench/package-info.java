/// Benchmarks of the library, started by `./jasyncio bench`.
@NullMarked
package jasyncio.bench;

import org.jspecify.annotations.NullMarked;
