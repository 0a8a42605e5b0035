/// What HTTP clients and servers share: header fields, queries, content types, bodies.
@NullMarked
package jasyncio.http;

import org.jspecify.annotations.NullMarked;
