/// Support for tests of programs that await.
@NullMarked
package jasyncio.testing;

import org.jspecify.annotations.NullMarked;
