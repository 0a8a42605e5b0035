/// The rivals written in Java: the same workloads without jasyncio.
@NullMarked
package jasyncio.bench.rivals;

import org.jspecify.annotations.NullMarked;
