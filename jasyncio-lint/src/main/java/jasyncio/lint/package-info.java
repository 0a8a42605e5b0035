/// The check for dropped coroutines, and what brings it into a compiler.
@org.jspecify.annotations.NullMarked
package jasyncio.lint;
