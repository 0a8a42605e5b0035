package jasyncio.http.client;

import jasyncio.EventLoop;
import jasyncio.LoopTime;
import jasyncio.TimeoutError;
import jasyncio.http.wire.Spans;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// When a request must be done with, redirects and body included.
///
/// @param when time of the loop's clock, or null for never
record Deadline(ClientTimeout timeout, @Nullable LoopTime when) {
  static Deadline start(EventLoop loop, ClientTimeout timeout) {
    Duration total = timeout.total();
    return new Deadline(
        timeout, total == null ? null : new LoopTime(loop.time().nanos() + Spans.nanos(total)));
  }

  /// What is left, negative if it has passed; `Long.MAX_VALUE` for no limit.
  long nanosLeft(long now) {
    return when == null ? Long.MAX_VALUE : when.nanos() - now;
  }

  TimeoutError passed(RequestInfo request, String phase) {
    Duration total = timeout.total();
    String limit = total == null ? "any time" : Spans.text(total);
    return new TimeoutError(
        "%s %s was not done within %s (%s)"
            .formatted(request.method(), request.url(), limit, phase));
  }
}
