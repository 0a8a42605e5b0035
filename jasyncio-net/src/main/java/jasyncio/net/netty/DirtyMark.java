package jasyncio.net.netty;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;

/// Whether a channel is in the driver's list of those to flush.
final class DirtyMark {
  static final AttributeKey<DirtyMark> KEY = AttributeKey.valueOf(DirtyMark.class, "dirty");

  final Channel channel;
  boolean isDirty;

  DirtyMark(Channel channel) {
    this.channel = channel;
  }
}
