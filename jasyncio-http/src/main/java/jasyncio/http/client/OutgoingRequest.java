package jasyncio.http.client;

import jasyncio.http.Headers;
import jasyncio.http.wire.AsciiBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/// A request, ready to be sent. Immutable, so that it can be sent again.
///
/// @param body empty if it has none
@SuppressWarnings("ArrayRecordComponent") // never compared, never changed
record OutgoingRequest(String method, RequestUrl url, Headers headers, byte[] body) {
  /// Those that may be sent twice without harm (RFC 9110, 9.2.2).
  private static final Set<String> IDEMPOTENT =
      Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE");

  private static final byte[] VERSION = " HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII);

  boolean isIdempotent() {
    return IDEMPOTENT.contains(method);
  }

  boolean isHead() {
    return method.equals("HEAD");
  }

  RequestInfo info() {
    return new RequestInfo(url.uri(), method, headers);
  }

  /// Writes all but the body. Method, target and fields have been checked.
  void writeTo(AsciiBuffer head) {
    head.add(method);
    head.add(" ");
    head.add(url.requestTarget());
    head.add(VERSION);
    for (Headers.Field field : headers) {
      head.addField(field.name(), field.value());
    }
    head.endLine();
  }
}
