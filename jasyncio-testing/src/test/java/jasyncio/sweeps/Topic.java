package jasyncio.sweeps;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// The heading under which the declarations of a class stand.
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@interface Topic {
  /// The heading.
  String value();
}
