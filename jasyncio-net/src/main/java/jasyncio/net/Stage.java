package jasyncio.net;

/// How far a connection has got.
enum Stage {
  /// Being made: its protocol has not been told of it.
  NEW,

  /// Its protocol has been told of it.
  OPEN,

  /// Given up while it was new: its protocol will never be told.
  REFUSED,

  /// The program has closed it: what comes in is dropped, what was written is still sent.
  CLOSING,

  /// Ended by an error, or aborted: nothing is sent any more.
  CUT,

  /// Over.
  LOST;

  private boolean mayBecome(Stage next) {
    return switch (this) {
      case NEW -> next == OPEN || next == REFUSED || next == LOST;
      case OPEN -> next == CLOSING || next == CUT || next == LOST;
      case CLOSING -> next == CUT || next == LOST;
      case REFUSED, CUT -> next == LOST;
      case LOST -> false;
    };
  }

  /// {@return `next`}
  ///
  /// @throws IllegalStateException if that cannot follow: a bug of ours
  Stage to(Stage next) {
    if (!mayBecome(next)) {
      throw new IllegalStateException(
          "a connection that is " + this + " cannot become " + next + ": please report this");
    }
    return next;
  }

  /// Whether nothing may be written any more.
  boolean isClosing() {
    return this != NEW && this != OPEN;
  }

  /// Whether the protocol has been told of a connection that is at this stage, which must not be
  /// `LOST`.
  boolean isTold() {
    return this != NEW && this != REFUSED;
  }
}
