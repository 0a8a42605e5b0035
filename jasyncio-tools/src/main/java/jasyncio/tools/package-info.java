/// What `./jasyncio` runs besides your programs.
@NullMarked
package jasyncio.tools;

import org.jspecify.annotations.NullMarked;
