package jasyncio.http.server;

import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.AsciiString;
import jasyncio.http.wire.WireHeaders;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/// The head of a request as it came in, checked.
///
/// @param fields the header fields; Netty has checked that each is one
/// @param size how many characters it has
/// @param refusal the status to refuse it with, or 0; then nothing else of it is to be used
/// @param why the reason of the refusal, for the client
record Incoming(
    String method,
    String path,
    @Nullable String query,
    String version,
    HttpHeaders fields,
    String host,
    String remote,
    boolean keepAlive,
    long contentLength,
    boolean expectsContinue,
    int size,
    int refusal,
    String why) {
  private static final String NOT_IN_HOST = "/?#@\\,";

  /// Checks what Netty's decoder leaves to us.
  static Incoming of(HttpRequest request, String remote) {
    if (request.decoderResult().isFailure()) {
      return refuse(request.decoderResult().cause(), remote);
    }
    HttpHeaders fields = request.headers();
    int size = WireHeaders.size(fields);
    String violation = WireHeaders.violation(fields, size);
    if (violation != null) {
      return refuse(431, violation, remote);
    }
    String target = request.uri();
    boolean isHttp11 = request.protocolVersion().minorVersion() >= 1;
    String host = fields.get(HttpHeaderNames.HOST);
    String why = complaint(request, host, target, isHttp11);
    if (why != null) {
      return refuse(400, why, remote);
    }
    String encoding = fields.get(HttpHeaderNames.TRANSFER_ENCODING);
    if (encoding != null && !encoding.strip().equalsIgnoreCase("chunked")) {
      return refuse(501, "Transfer-Encoding " + encoding + " is not known here", remote);
    }
    String expect = fields.get(HttpHeaderNames.EXPECT);
    if (expect != null && !expect.equalsIgnoreCase("100-continue")) {
      return refuse(417, "Unknown Expect: " + expect, remote);
    }
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
        fields,
        host == null ? "" : host,
        remote,
        HttpUtil.isKeepAlive(request),
        encoding != null ? -1 : HttpUtil.getContentLength(request, 0L),
        expect != null && isHttp11,
        size + request.uri().length(),
        0,
        "");
  }

  private static @Nullable String complaint(
      HttpRequest request, @Nullable String host, String target, boolean isHttp11) {
    if (request.protocolVersion().majorVersion() != 1) {
      return "Bad HTTP version " + request.protocolVersion();
    }
    if (host == null) {
      if (isHttp11) {
        return "Missing Host header";
      }
    } else if (hasSecond(request.headers(), HttpHeaderNames.HOST)) {
      return "Duplicate 'Host' header found.";
    } else if (!isHost(host)) {
      return "Invalid Host header";
    }
    boolean hasFragment = false;
    for (int i = 0; i < target.length(); i++) {
      char c = target.charAt(i);
      if (c <= ' ' || c >= 0x7f) {
        return "Invalid character in request target";
      }
      hasFragment |= c == '#';
    }
    boolean usual = target.startsWith("/");
    if (hasFragment || !(usual || isAbsolute(target) || isAsterisk(request, target))) {
      return "Invalid request target";
    }
    return null;
  }

  private static boolean hasSecond(HttpHeaders fields, AsciiString name) {
    Iterator<?> values = fields.valueCharSequenceIterator(name);
    values.next();
    return values.hasNext();
  }

  private static boolean isHost(String host) {
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      if (c <= ' ' || c >= 0x7f || NOT_IN_HOST.indexOf(c) >= 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean isAbsolute(String target) {
    return target.startsWith("http://") || target.startsWith("https://");
  }

  private static boolean isAsterisk(HttpRequest request, String target) {
    return target.equals("*") && request.method().name().equals("OPTIONS");
  }

  /// Whether something may follow the head.
  boolean hasBody() {
    return contentLength != 0;
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
        "",
        "/",
        null,
        "HTTP/1.1",
        EmptyHttpHeaders.INSTANCE,
        "",
        remote,
        false,
        0,
        false,
        0,
        status,
        why);
  }
}
