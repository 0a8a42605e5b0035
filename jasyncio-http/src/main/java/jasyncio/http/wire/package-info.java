/// Between the wire and the values. Not exported: every Netty type of this module that two packages
/// share stays here.
@NullMarked
package jasyncio.http.wire;

import org.jspecify.annotations.NullMarked;
