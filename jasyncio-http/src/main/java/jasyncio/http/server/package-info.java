/// The HTTP server: start with [Application].
@NullMarked
package jasyncio.http.server;

import org.jspecify.annotations.NullMarked;
