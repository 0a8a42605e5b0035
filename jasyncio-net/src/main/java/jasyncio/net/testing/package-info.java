/// A network inside the process, for tests: named hosts, links with faults, connections in memory,
/// and a peer that follows a script. Programs run on it unchanged, on virtual time.
@NullMarked
package jasyncio.net.testing;

import org.jspecify.annotations.NullMarked;
