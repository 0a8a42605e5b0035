package jasyncio.sweeps;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Declares what a cancellation does to a method; the test that carries it is the sweep that proves
/// it. All of them together are the table in `docs/cancel-safety.md`.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface CancelSafety {
  /// The methods, as `Lock.acquire` or, where overloads differ, `Asyncio.await(CompletionStage)`.
  String[] of();

  /// Whether nothing is lost: after the cancellation everything is as if the method had not been
  /// called.
  Safe safe();

  /// What happens, and what is lost. One sentence or two for the table.
  String then();

  /// The answers.
  enum Safe {
    YES,
    NO,
    AS_THE_BODY
  }
}
