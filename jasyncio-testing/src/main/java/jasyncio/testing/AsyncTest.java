package jasyncio.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/// A test method that may await: it runs as the main task of a loop of its own, on virtual time.
///
/// ```java
/// @AsyncTest
/// void aSlowPageTimesOut() {
///   assertThatThrownBy(() -> await(waitFor(slowPage(), seconds(30))))
///       .isInstanceOf(TimeoutError.class);
/// }
/// ```
///
/// `@BeforeEach` and `@AfterEach` methods run on the same loop and may await too; constructors,
/// `@BeforeAll` and `@AfterAll` do not. Tasks go on only while one of these methods awaits.
///
/// Besides by what it throws, the test fails if it waits for something that will never happen, and
/// then shows which task waits for what; if a task is still running after the last `@AfterEach`;
/// and if anything was reported to the loop's exception handler. A test for such reports sets a
/// handler of its own.
///
/// Counterpart: `unittest.IsolatedAsyncioTestCase`.
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Test
@ExtendWith(AsyncExtension.class)
public @interface AsyncTest {
  /// Runs on the system's clock, with the network: for tests that need sockets or other threads.
  ///
  /// @return whether it does
  boolean realTime() default false;

  /// {@return how many seconds of its loop's clock each of the methods may take; 0 for a day of
  /// virtual time, or a minute of real time}
  long limitSeconds() default 0;
}
