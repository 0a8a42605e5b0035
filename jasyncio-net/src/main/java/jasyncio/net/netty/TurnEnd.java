package jasyncio.net.netty;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;

/// Something with unflushed writes: the driver flushes it once, before it next polls.
abstract class TurnEnd {
  private static final AttributeKey<TurnEnd> KEY = AttributeKey.valueOf(TurnEnd.class, "turnEnd");

  /// Whether it is in the driver's list already.
  boolean isListed;

  TurnEnd() {}

  abstract void flush();

  /// The one that flushes `channel` and nothing else.
  static TurnEnd of(Channel channel) {
    TurnEnd known = channel.attr(KEY).get();
    if (known != null) {
      return known;
    }
    TurnEnd created =
        new TurnEnd() {
          @Override
          void flush() {
            channel.flush();
          }
        };
    channel.attr(KEY).set(created);
    return created;
  }
}
