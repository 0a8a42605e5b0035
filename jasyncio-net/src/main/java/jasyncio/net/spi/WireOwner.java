package jasyncio.net.spi;

import org.jspecify.annotations.Nullable;

/// What a [Wire] tells: called on the loop, from inside whatever drives the wire. An implementation
/// fills buffers, completes futures and schedules callbacks. It must not await, nor run the
/// program's code.
///
/// In this order: opened, then secured if it is encrypted, readable any number of times,
/// inputEnded, lost once.
public interface WireOwner {
  /// The connection is there. If it is encrypted, the handshake begins.
  void opened();

  /// The handshake is done.
  void secured();

  /// A piece of data has come in.
  ///
  /// @param bytes how many
  /// @return whether it is to be kept until it is taken; else it is dropped
  boolean readable(int bytes);

  /// The peer has ended its side; if the connection is encrypted, it has said so there.
  void inputEnded();

  /// The peer has ended its side of an encrypted connection without saying so there first.
  void cutOff();

  /// Data has come in that nobody can decrypt any more, and was dropped.
  ///
  /// @param bytes how many
  void heard(int bytes);

  /// A part of the output has left, or never will.
  ///
  /// @param bytes how many
  /// @param failure null if it has left
  void written(int bytes, @Nullable Throwable failure);

  /// Something has gone wrong, and ends the connection.
  ///
  /// @param cause what
  /// @param unexpected whether it is neither the peer's nor the system's doing
  void failed(Throwable cause, boolean unexpected);

  /// It is closed, by us or because a write has failed; what came in before is still told, and then
  /// the loss.
  void closed();

  /// It is closed, and has told everything.
  void lost();
}
