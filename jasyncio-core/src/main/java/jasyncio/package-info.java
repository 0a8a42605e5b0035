/// asyncio for the JVM: start with [Asyncio].
@NullMarked
package jasyncio;

import org.jspecify.annotations.NullMarked;
