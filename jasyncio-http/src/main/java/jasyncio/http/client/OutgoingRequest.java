package jasyncio.http.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import jasyncio.http.Headers;
import jasyncio.http.wire.WireHeaders;
import java.util.Set;

/// A request, ready to be sent. Immutable, so that it can be sent again.
///
/// @param body empty if it has none
@SuppressWarnings("ArrayRecordComponent") // never compared, never changed
record OutgoingRequest(String method, RequestUrl url, Headers headers, byte[] body) {
  /// Those that may be sent twice without harm (RFC 9110, 9.2.2).
  private static final Set<String> IDEMPOTENT =
      Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE");

  boolean isIdempotent() {
    return IDEMPOTENT.contains(method);
  }

  boolean isHead() {
    return method.equals("HEAD");
  }

  RequestInfo info() {
    return new RequestInfo(url.uri(), method, headers);
  }

  FullHttpRequest toNetty() {
    ByteBuf content = body.length == 0 ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body);
    return new DefaultFullHttpRequest(
        HttpVersion.HTTP_1_1,
        HttpMethod.valueOf(method),
        url.requestTarget(),
        content,
        WireHeaders.toNetty(headers),
        DefaultHttpHeadersFactory.trailersFactory().newEmptyHeaders());
  }
}
