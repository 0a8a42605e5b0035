/// The HTTP client: start with [ClientSession].
@NullMarked
package jasyncio.http.client;

import org.jspecify.annotations.NullMarked;
