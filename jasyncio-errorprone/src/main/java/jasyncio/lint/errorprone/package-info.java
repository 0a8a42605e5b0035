/// The check for dropped coroutines as one of Error Prone.
@org.jspecify.annotations.NullMarked
package jasyncio.lint.errorprone;
