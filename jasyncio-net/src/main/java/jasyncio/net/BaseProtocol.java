package jasyncio.net;

import org.jspecify.annotations.Nullable;

/// What all protocols have in common. A protocol is told what happens to a transport, in callbacks
/// of the loop: one after the other, each to its end, never inside another call of the program
/// except [#pauseWriting()], which comes from within `write`.
///
/// The callbacks run in the context of whoever made the connection or the server. They belong to no
/// task, so they cannot await: they start tasks and complete futures.
///
/// Counterpart: `asyncio.BaseProtocol`. Its `connection_made` is declared by each kind of protocol,
/// with the transport it gets.
public interface BaseProtocol {
  /// The connection has ended. Called once, last, and after `connectionMade`.
  ///
  /// @param cause null if the peer ended it, or the program closed or aborted it
  default void connectionLost(@Nullable Throwable cause) {}

  /// More waits to be sent than the transport's high mark. In pairs with [#resumeWriting()].
  default void pauseWriting() {}

  /// What waits to be sent has come down to the low mark.
  default void resumeWriting() {}
}
