package jasyncio.net.netty;

import io.netty.channel.Channel;

/// An accepted connection that another loop is given. Callable from any thread.
///
/// @param channel the connection
public record Dealt(Channel channel) {
  /// Closes the connection, soon.
  public void close() {
    channel.close();
  }

  /// Runs `work` when the connection has been closed, on its loop.
  ///
  /// @param work what to run
  public void whenClosed(Runnable work) {
    channel.closeFuture().addListener(_ -> work.run());
  }
}
