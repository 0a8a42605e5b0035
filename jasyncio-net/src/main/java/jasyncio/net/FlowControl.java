package jasyncio.net;

import jasyncio.net.WriteTransport.WriteBufferLimits;
import org.jspecify.annotations.Nullable;

/// Counts what a transport has yet to send, and knows when its protocol is to pause and when to go
/// on.
///
/// Used on the loop. Counterpart: `_FlowControlMixin`.
final class FlowControl {
  /*
   * Overview
   *
   *   FLOWING ----> PAUSED       more than the high mark waits: told at once, from inside write()
   *   PAUSED -----> RESUME_DUE   no more than the low mark does: the owner tells it when it may
   *   RESUME_DUE -> FLOWING      told
   *   RESUME_DUE -> PAUSED       more was written meanwhile: for the protocol nothing has changed
   */
  private enum State {
    FLOWING,
    PAUSED,
    RESUME_DUE
  }

  /// Who tells the protocol.
  interface Owner {
    /// Tells the protocol to write no more for now; what that throws must not come back here.
    void pauseWriting();

    /// The protocol may go on: calls [FlowControl#takeResume()], now or later, and tells it then.
    void resumeDue();
  }

  private static final WriteBufferLimits DEFAULT = WriteBufferLimits.of(null, null);

  private final Owner owner;
  private WriteBufferLimits limits = DEFAULT;
  private long pending;
  private State state = State.FLOWING;

  FlowControl(Owner owner) {
    this.owner = owner;
  }

  /// How many bytes wait.
  long pending() {
    return pending;
  }

  WriteBufferLimits limits() {
    return limits;
  }

  void setLimits(@Nullable Long high, @Nullable Long low) {
    limits = WriteBufferLimits.of(high, low);
    pauseIfHigh();
  }

  /// So many bytes more wait; [#pauseIfHigh()] follows, when they have been handed over.
  void add(long bytes) {
    pending += bytes;
  }

  void pauseIfHigh() {
    if (pending <= limits.high() || state == State.PAUSED) {
      return;
    }
    boolean told = state == State.RESUME_DUE;
    state = State.PAUSED;
    if (!told) {
      owner.pauseWriting();
    }
  }

  /// The system has taken so many bytes.
  void written(long bytes) {
    pending -= bytes;
    if (state == State.PAUSED && pending <= limits.low()) {
      state = State.RESUME_DUE;
      owner.resumeDue();
    }
  }

  /// So many bytes will never be sent; nobody is told.
  void dropped(long bytes) {
    pending -= bytes;
  }

  /// Whether too much waits.
  boolean isPaused() {
    return state == State.PAUSED;
  }

  /// Whether the protocol has yet to be told that it may go on.
  boolean isResumeDue() {
    return state == State.RESUME_DUE;
  }

  /// Whether the protocol is to be told now that it may go on.
  boolean takeResume() {
    if (state != State.RESUME_DUE) {
      return false;
    }
    state = State.FLOWING;
    return true;
  }
}
