package jasyncio;

import java.util.List;

/// Several exceptions thrown as one.
///
/// It prints as a tree: each member with its own stack trace, as "suppressed" of the group.
///
/// Counterpart: `ExceptionGroup`.
public final class ExceptionGroup extends RuntimeException implements BaseExceptionGroup {
  private static final long serialVersionUID = 1;

  /// What the group is about.
  private final String message;

  /// The members, in order.
  @SuppressWarnings("serial") // List.copyOf is serializable if its members are
  private final List<Throwable> exceptions;

  /// A group of exceptions.
  ///
  /// @param message what the group is about
  /// @param exceptions what it contains, not empty
  /// @throws IllegalArgumentException if there are none, or an [Error] among them
  public ExceptionGroup(String message, List<? extends Throwable> exceptions) {
    super(GroupText.of(message, exceptions));
    this.message = message;
    this.exceptions = List.copyOf(exceptions);
    GroupText.check(this, this.exceptions);
    for (Throwable member : this.exceptions) {
      addSuppressed(member);
    }
  }

  @Override
  public String message() {
    return message;
  }

  @Override
  public List<Throwable> exceptions() {
    return exceptions;
  }

  @Override
  public BaseExceptionGroup derive(List<? extends Throwable> members) {
    BaseExceptionGroup derived = BaseExceptionGroup.of(message, members);
    Throwable throwable = derived.asThrowable();
    throwable.setStackTrace(getStackTrace());
    if (getCause() != null) {
      throwable.initCause(getCause());
    }
    return derived;
  }
}
