/// What JUnit finds by itself.
@NullMarked
package jasyncio.testing.junit;

import org.jspecify.annotations.NullMarked;
