package jasyncio.parity;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Says which rows of `docs/parity.md` a test, or all tests of a class, stand for.
///
/// The table is made from the sources of the tests, so nothing of this is left in class files.
@Retention(RetentionPolicy.SOURCE)
@Target({ElementType.TYPE, ElementType.METHOD})
public @interface Parity {
  /// {@return the ids in `docs/parity-ids.tsv`, such as `TSK-04`}
  String[] value();
}
