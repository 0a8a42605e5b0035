package jasyncio.net.spi;

import org.jspecify.annotations.Nullable;

/// What becomes of the connections of a [Listener]. It must not run the program's code.
public interface Acceptor {
  /// A connection has been accepted, and is on its way to another loop. Called on the loop that
  /// listens.
  ///
  /// @param connection equal to what [Wire#identity()] gives there
  void dealt(Dealt connection);

  /// A connection is about to be there. Called on its loop.
  ///
  /// @param wire our end of it
  /// @param peer who is at the other end; null if the wire's address says it
  /// @return who is told of it
  WireOwner accepted(Wire wire, @Nullable Peer peer);

  /// An accepted connection that another loop is given. Callable from any thread.
  interface Dealt {
    /// Closes the connection, soon.
    void close();

    /// Runs `work` when the connection has been closed, on its loop.
    ///
    /// @param work what to run
    void whenClosed(Runnable work);
  }
}
