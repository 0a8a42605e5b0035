package jasyncio;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Several exceptions thrown as one, as a tree: [ExceptionGroup], or [ErrorGroup] if there is an
/// [Error] among them.
///
/// Counterpart: `BaseExceptionGroup`.
public sealed interface BaseExceptionGroup permits ExceptionGroup, ErrorGroup {
  /// {@return what the group is about}
  String message();

  /// {@return the exceptions, in order; a member may be a group itself}
  List<Throwable> exceptions();

  /// {@return another group with the same message, trace and cause, and other members}
  ///
  /// @param exceptions what the copy contains, not empty
  BaseExceptionGroup derive(List<? extends Throwable> exceptions);

  /// {@return this group as what can be thrown}
  default Throwable asThrowable() {
    return (Throwable) this;
  }

  /// {@return a group of `exceptions`: an [ErrorGroup] if an [Error] is among them (an [ErrorGroup]
  /// counts as one), else an [ExceptionGroup]}
  ///
  /// @param message what the group is about
  /// @param exceptions what it contains, not empty
  /// @throws IllegalArgumentException if there are none
  static BaseExceptionGroup of(String message, List<? extends Throwable> exceptions) {
    for (Throwable t : exceptions) {
      if (!(t instanceof Exception)) {
        return new ErrorGroup(message, exceptions);
      }
    }
    return new ExceptionGroup(message, exceptions);
  }

  /// {@return the part of the tree whose leaves are of this type, or null if there are none}
  ///
  /// @param type the class of the leaves to take
  default @Nullable BaseExceptionGroup subgroup(Class<? extends Throwable> type) {
    return subgroup(type::isInstance);
  }

  /// {@return the part of the tree whose leaves satisfy `condition`, or null if none does} A group
  /// that satisfies it itself is kept whole.
  ///
  /// @param condition which leaves or groups to take
  default @Nullable BaseExceptionGroup subgroup(Predicate<? super Throwable> condition) {
    return split(condition).matching();
  }

  /// Splits the tree in two by the type of its leaves.
  ///
  /// @param type the class of the leaves to take
  /// @return what matches and what does not
  default Split split(Class<? extends Throwable> type) {
    return split(type::isInstance);
  }

  /// Splits the tree in two; see [#subgroup(Predicate)].
  ///
  /// @param condition which leaves or groups to take
  /// @return what matches and what does not
  default Split split(Predicate<? super Throwable> condition) {
    if (condition.test(asThrowable())) {
      return new Split(this, null);
    }
    List<Throwable> matching = new ArrayList<>();
    List<Throwable> rest = new ArrayList<>();
    for (Throwable member : exceptions()) {
      if (member instanceof BaseExceptionGroup group) {
        Split split = group.split(condition);
        if (split.matching() != null) {
          matching.add(split.matching().asThrowable());
        }
        if (split.rest() != null) {
          rest.add(split.rest().asThrowable());
        }
      } else {
        (condition.test(member) ? matching : rest).add(member);
      }
    }
    return new Split(
        matching.isEmpty() ? null : derive(matching), rest.isEmpty() ? null : derive(rest));
  }

  /// The two parts of a split group.
  ///
  /// @param matching what satisfied the condition, or null
  /// @param rest what did not, or null
  record Split(@Nullable BaseExceptionGroup matching, @Nullable BaseExceptionGroup rest) {}
}
