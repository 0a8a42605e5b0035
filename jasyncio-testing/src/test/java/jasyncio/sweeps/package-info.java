/// Sweeps of every method of the core that may suspend. What their declarations say is the table in
/// `docs/cancel-safety.md`.
@NullMarked
package jasyncio.sweeps;

import org.jspecify.annotations.NullMarked;
