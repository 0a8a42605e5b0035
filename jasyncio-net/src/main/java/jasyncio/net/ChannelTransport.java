package jasyncio.net;

import jasyncio.net.spi.ChannelWatcher;
import java.io.IOException;
import java.nio.channels.SelectableChannel;

/// One end of a pipe, given by the program as a channel of the JDK: what both ends have in common.
///
/// Everything here runs on the loop.
abstract class ChannelTransport extends PipeTransport {
  final ChannelWatcher watcher = ChannelWatcher.of(loop);
  final SelectableChannel channel;

  ChannelTransport(SelectableChannel channel, ConnectionProtocol protocol) {
    super(protocol);
    this.channel = channel;
    try {
      channel.configureBlocking(false);
    } catch (IOException e) {
      throw new IllegalArgumentException("Pipe transport is for open pipes only: " + channel, e);
    }
  }

  /// Stops watching the channel.
  abstract void unwatch();

  @Override
  final void release(Runnable then) {
    unwatch();
    watcher.release(
        channel,
        () -> {
          try {
            then.run();
          } finally {
            Pipes.closeQuietly(channel);
          }
        });
  }

  @Override
  final Object pipe() {
    return channel;
  }
}
