package jasyncio.http.client;

import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import jasyncio.Context;
import jasyncio.EventLoop;
import jasyncio.Future;
import jasyncio.LoopTime;
import jasyncio.TimerHandle;
import jasyncio.http.Headers;
import jasyncio.http.wire.BodyPolicy;
import jasyncio.http.wire.BodyStream;
import jasyncio.http.wire.Spans;
import jasyncio.http.wire.WireHeaders;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One request and its response on a connection.
final class Exchange implements BodyPolicy {
  private final EventLoop loop;
  private final HttpConnection connection;
  private final boolean decompress;
  final OutgoingRequest request;
  final Deadline deadline;
  final Future<Exchange> answered;

  int status;
  String reason = "";
  private HttpHeaders fields = EmptyHttpHeaders.INSTANCE;
  private @Nullable Headers headers;
  @Nullable BodyStream body;

  Exchange(
      EventLoop loop,
      HttpConnection connection,
      OutgoingRequest request,
      Deadline deadline,
      boolean decompress) {
    this.loop = loop;
    this.connection = connection;
    this.request = request;
    this.deadline = deadline;
    this.decompress = decompress;
    this.answered = loop.createFuture();
  }

  /// The status line and the header fields have come in.
  void begin(HttpResponse response) {
    status = response.status().code();
    reason = response.status().reasonPhrase();
    fields = response.headers();
    body =
        new BodyStream(
            loop, this, decompress ? fields.get(HttpHeaderNames.CONTENT_ENCODING) : null);
    answered.trySetResult(this);
  }

  /// The header fields of the response, in our form as soon as somebody asks for them; Netty has
  /// checked them.
  Headers headers() {
    Headers known = headers;
    if (known == null) {
      known = WireHeaders.of(fields);
      headers = known;
    }
    return known;
  }

  /// Something went wrong: whoever waits for the response or its body gets it.
  void fail(ClientError cause) {
    if (body != null) {
      body.fail(cause);
    } else {
      answered.trySetException(cause);
    }
  }

  boolean hasBegun() {
    return body != null;
  }

  ClientResponseError malformed(String what, @Nullable Throwable cause) {
    return new ClientResponseError(request.info(), List.of(), 0, what, Headers.of(), cause);
  }

  // ---- waiting ----

  /// Starts the timer of a wait for data.
  @Nullable TimerHandle startTimer(EventLoop loop, TimeoutPhase phase) {
    Duration sockRead = deadline.timeout().sockRead();
    long now = loop.time().nanos();
    long byRead = sockRead == null ? Long.MAX_VALUE : Spans.nanos(sockRead);
    // While the head is awaited the whole request has a timeout of its own around it.
    long byTotal = phase == TimeoutPhase.BODY ? deadline.nanosLeft(now) : Long.MAX_VALUE;
    if (byRead == Long.MAX_VALUE && byTotal == Long.MAX_VALUE) {
      return null;
    }
    return loop.callAt(
        new LoopTime(now + Math.max(0, Math.min(byRead, byTotal))),
        () -> timeOut(byRead <= byTotal ? phase : null),
        new Context());
  }

  private void timeOut(@Nullable TimeoutPhase phase) {
    RuntimeException cause =
        phase == null ? deadline.passed(request.info(), "reading the body") : silent(phase);
    if (body != null) {
      body.fail(cause);
    } else {
      answered.trySetException(cause);
    }
    connection.drop(this);
  }

  private SocketTimeoutError silent(TimeoutPhase phase) {
    Duration sockRead = deadline.timeout().sockRead();
    return new SocketTimeoutError(
        phase,
        "Timeout on reading data from socket: "
            + request.info().url()
            + " sent nothing for "
            + (sockRead == null ? "too long" : Spans.text(sockRead))
            + (phase == TimeoutPhase.HEADERS ? " (waiting for the response)" : " (in the body)"));
  }

  @Override
  public @Nullable TimerHandle startTimer(EventLoop loop) {
    return startTimer(loop, TimeoutPhase.BODY);
  }

  @Override
  public void pause(boolean paused) {
    connection.pause(this, paused);
  }

  @Override
  public RuntimeException broken(String reason, @Nullable Throwable cause) {
    connection.drop(this);
    return new ClientPayloadError(
        "Can not decode content-encoding: "
            + fields.get(HttpHeaderNames.CONTENT_ENCODING)
            + " of "
            + request.info().url()
            + ": "
            + reason,
        cause);
  }

  /// The reader wants no more of the body: what is not here yet will not come.
  void abandon() {
    connection.drop(this);
    if (body != null) {
      body.giveUp(() -> new ClientConnectionError("Connection closed", null));
    }
  }
}
