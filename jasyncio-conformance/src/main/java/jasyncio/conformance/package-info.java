/// Runs the scenarios that were recorded under CPython 3.14, and compares the traces.
///
/// A scenario is a small program in JSON. [Interpreter] runs it on the public API of jasyncio; it
/// has no scheduling rule of its own. Where each event stands in the trace, and with which turn
/// number and time, is decided by the loop alone.
@NullMarked
package jasyncio.conformance;

import org.jspecify.annotations.NullMarked;
