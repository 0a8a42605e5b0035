package jasyncio.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
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
/// `@BeforeEach` and `@AfterEach` methods run on the same loop and may await too; constructors do
/// not. Tasks go on only while one of these methods awaits.
///
/// On a class it says how all tests in it run, nested ones too: those with `@Test`, parameterized,
/// repeated and dynamic ones. Then `@BeforeAll` and `@AfterAll` methods may await as well. They
/// have a loop of their own, which stands still in between: what belongs to a loop, such as a lock,
/// is not for the tests.
///
/// Besides by what it throws, the test fails if it waits for something that will never happen, and
/// then shows which task waits for what; if a task is still running after the last `@AfterEach`, or
/// an executor that the loop was given has not been shut down, or a background loop not closed; and
/// if anything was reported to the loop's exception handler. A test for such reports sets a handler
/// of its own.
///
/// With [#schedules()] it is run under many schedules, as with [Explorer].
///
/// JUnit runs no test method that returns something: one that has a coroutine awaits it. A method
/// with this annotation that returns something all the same, or is private or static, fails, and
/// says so; a method with `@Test` that returns a coroutine does, too.
///
/// Counterpart: `unittest.IsolatedAsyncioTestCase`.
@Documented
@Inherited
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.METHOD, ElementType.TYPE})
@Test
@ExtendWith(AsyncExtension.class)
public @interface AsyncTest {
  /// Runs on the system's clock, with the network: for tests that need sockets or other threads.
  ///
  /// @return whether it does
  boolean realTime() default false;

  /// {@return how many seconds of its loop's clock each of the methods may take; 0 for a day of
  /// virtual time, or a minute of real time} One that takes longer fails, and shows its tasks and
  /// what each awaits. Code that blocks the loop's thread is not ended by it: that is for JUnit's
  /// `@Timeout`, and for the loop's watchdog, which says where it stands.
  long limitSeconds() default 0;

  /// Runs the test under so many schedules, unless it fails under one: orders in which ready tasks
  /// run, and the faults that [jasyncio.Explore] marks. The error then shows what of the schedule
  /// matters, and a string for [#replay()].
  ///
  /// For each schedule there is a new instance of the class, and its `@BeforeEach` and `@AfterEach`
  /// methods run again; only with `@TestInstance(PER_CLASS)` it is the same instance. Other
  /// extensions act once.
  ///
  /// @return how many; 1 for none but order of arrival
  int schedules() default 1;

  /// {@return how the schedules are found}
  Search search() default Search.MIXED;

  /// Runs the test under one schedule: what a failure has printed, such as `3:1 7:2x4`. It fails if
  /// it passes and does not come by these choices any more. The system property `jasyncio.schedule`
  /// does the same for all tests that explore.
  ///
  /// @return the schedule; empty for none
  String replay() default "";
}
