package jasyncio.http.server;

import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import jasyncio.http.Headers;
import jasyncio.http.wire.WireHeaders;
import org.jspecify.annotations.Nullable;

/// The head of a request as it came in, checked.
///
/// @param refusal the status to refuse it with, or 0; then nothing else of it is to be used
/// @param why the reason of the refusal, for the client
record Incoming(
    String method,
    String path,
    @Nullable String query,
    String version,
    Headers headers,
    String host,
    String remote,
    boolean keepAlive,
    long contentLength,
    boolean expectsContinue,
    int refusal,
    String why) {

  /// Checks what Netty's decoder leaves to us.
  static Incoming of(HttpRequest request, String remote) {
    if (request.decoderResult().isFailure()) {
      return refuse(request.decoderResult().cause(), remote);
    }
    String violation = WireHeaders.violation(request.headers());
    if (violation != null) {
      return refuse(431, violation, remote);
    }
    Headers headers = WireHeaders.of(request.headers());
    String target = request.uri();
    boolean isHttp11 = request.protocolVersion().minorVersion() >= 1;
    String why = complaint(request, headers, target, isHttp11);
    if (why != null) {
      return refuse(400, why, remote);
    }
    String encoding = headers.get("Transfer-Encoding");
    if (encoding != null && !encoding.strip().equalsIgnoreCase("chunked")) {
      return refuse(501, "Transfer-Encoding " + encoding + " is not known here", remote);
    }
    String expect = headers.get("Expect");
    if (expect != null && !expect.equalsIgnoreCase("100-continue")) {
      return refuse(417, "Unknown Expect: " + expect, remote);
    }
    String host = headers.get("Host");
    int scheme = target.startsWith("/") ? -1 : target.indexOf("://");
    if (scheme >= 0) { // absolute form: it names the host, and goes before the field
      int authority = scheme + 3;
      int slash = target.indexOf('/', authority);
      int end = slash < 0 ? target.length() : slash;
      host = target.substring(authority, end);
      target = slash < 0 ? "/" : target.substring(slash);
    }
    int question = target.indexOf('?');
    return new Incoming(
        request.method().name(),
        question < 0 ? target : target.substring(0, question),
        question < 0 ? null : target.substring(question + 1),
        request.protocolVersion().text(),
        headers,
        host == null ? "" : host,
        remote,
        HttpUtil.isKeepAlive(request),
        encoding != null ? -1 : HttpUtil.getContentLength(request, 0L),
        expect != null && isHttp11,
        0,
        "");
  }

  private static @Nullable String complaint(
      HttpRequest request, Headers headers, String target, boolean isHttp11) {
    if (request.protocolVersion().majorVersion() != 1) {
      return "Bad HTTP version " + request.protocolVersion();
    }
    int hosts = headers.getAll("Host").size();
    if (hosts > 1 || (hosts == 0 && isHttp11)) {
      return hosts == 0 ? "Missing Host header" : "Duplicate 'Host' header found.";
    }
    String host = headers.get("Host");
    if (host != null && !isHost(host)) {
      return "Invalid Host header";
    }
    for (int i = 0; i < target.length(); i++) {
      if (target.charAt(i) <= ' ' || target.charAt(i) >= 0x7f) {
        return "Invalid character in request target";
      }
    }
    boolean usual = target.startsWith("/");
    boolean absolute = target.startsWith("http://") || target.startsWith("https://");
    boolean asterisk = target.equals("*") && request.method().name().equals("OPTIONS");
    if (target.indexOf('#') >= 0 || !(usual || absolute || asterisk)) {
      return "Invalid request target";
    }
    return null;
  }

  private static boolean isHost(String host) {
    return host.chars().allMatch(c -> c > ' ' && c < 0x7f && "/?#@\\,".indexOf(c) < 0);
  }

  private static Incoming refuse(Throwable cause, String remote) {
    if (cause instanceof TooLongHttpLineException) {
      return refuse(414, "the request line is too long", remote);
    }
    if (cause instanceof TooLongHttpHeaderException) {
      return refuse(431, "the header is too long", remote);
    }
    return refuse(400, "Bad request: " + String.valueOf(cause.getMessage()), remote);
  }

  private static Incoming refuse(int status, String why, String remote) {
    return new Incoming(
        "", "/", null, "HTTP/1.1", Headers.of(), "", remote, false, 0, false, status, why);
  }
}
