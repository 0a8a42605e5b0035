/// What opens packages of the JDK at run time.
@NullMarked
package jasyncio.open;

import org.jspecify.annotations.NullMarked;
