package jasyncio.net.spi;

import org.jspecify.annotations.Nullable;

/// What a [DatagramWire] tells: called on the loop, from inside whatever drives the wire. It must
/// not await, nor run the program's code.
public interface DatagramOwner {
  /// The socket is there.
  void opened();

  /// A datagram or an error has come in, or is about to.
  ///
  /// @return whether it is to be kept until it is taken; else it is dropped
  boolean wants();

  /// It is there to be taken.
  void arrived();

  /// A datagram has left, or never will.
  ///
  /// @param length its size
  /// @param failure null if it has left
  void left(int length, @Nullable Throwable failure);

  /// Something has gone wrong that is neither the network's nor the system's doing.
  ///
  /// @param cause what
  void failed(Throwable cause);

  /// It is closed.
  void closed();
}
