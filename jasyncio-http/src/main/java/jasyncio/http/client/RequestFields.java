package jasyncio.http.client;

import jasyncio.http.Headers;
import jasyncio.http.wire.Percent;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The header fields of a request: the program's, and those that it left to us.
final class RequestFields {
  private static final String USER_AGENT = "jasyncio/0.1";

  private static final byte[] NO_BODY = {};

  private final SessionOptions session;

  /// The header of the last request that had nothing of its own, and where it went: most likely the
  /// next is the same.
  private Headers usual = Headers.of();

  private @Nullable ConnectionKey usualKey;

  RequestFields(SessionOptions session) {
    this.session = session;
  }

  /// The first request of a chain of redirects.
  ///
  /// @throws IllegalArgumentException if the method is no token, or a field would contradict the
  ///   body
  OutgoingRequest build(String method, RequestUrl url, RequestOptions options) {
    String verb = method.toUpperCase(Locale.ROOT);
    requireMethod(verb);
    boolean isUsual =
        options.headers().isEmpty()
            && options.body() == null
            && url.userInfo() == null
            && !expectsBody(verb);
    if (isUsual && url.key().equals(usualKey)) {
      return new OutgoingRequest(verb, url, usual, NO_BODY);
    }
    OutgoingRequest request = withFields(verb, url, options);
    if (isUsual) {
      usual = request.headers();
      usualKey = url.key();
    }
    return request;
  }

  private OutgoingRequest withFields(String verb, RequestUrl url, RequestOptions options) {
    Headers given = session.headers().withAll(options.headers());
    if (given.contains("Content-Length") || given.contains("Transfer-Encoding")) {
      throw new IllegalArgumentException(
          "Content-Length and Transfer-Encoding follow from the body and are not to be set: "
              + given);
    }
    String host = given.get("Host");
    Headers headers = Headers.of("Host", host == null ? url.hostField() : host);
    headers = headers.withAll(given.without("Host"));
    headers = headers.withDefault("Accept", "*/*");
    headers =
        headers.withDefault(
            "Accept-Encoding", session.autoDecompress() ? "gzip, deflate" : "identity");
    headers = headers.withDefault("User-Agent", USER_AGENT);
    if (session.forceClose()) {
      headers = headers.withDefault("Connection", "close");
    }
    RequestBody body = options.body();
    if (body != null) {
      headers = headers.withDefault("Content-Type", body.contentType());
    }
    headers = withUserInfo(headers, url);
    return withLength(verb, url, headers, body);
  }

  private static OutgoingRequest withLength(
      String method, RequestUrl url, Headers headers, @Nullable RequestBody body) {
    byte[] bytes = body == null ? NO_BODY : body.bytes();
    Headers all =
        body != null || expectsBody(method)
            ? headers.with("Content-Length", Integer.toString(bytes.length))
            : headers;
    return new OutgoingRequest(method, url, all, bytes);
  }

  private static boolean expectsBody(String method) {
    return method.equals("POST") || method.equals("PUT") || method.equals("PATCH");
  }

  /// Adds the credentials of the URL, if it has any and there are no others.
  static Headers withUserInfo(Headers headers, RequestUrl url) {
    String userInfo = url.userInfo();
    if (userInfo == null || headers.contains("Authorization")) {
      return headers;
    }
    int colon = userInfo.indexOf(':');
    String name = Percent.decode(colon < 0 ? userInfo : userInfo.substring(0, colon), false);
    String password = colon < 0 ? "" : Percent.decode(userInfo.substring(colon + 1), false);
    byte[] credentials = (name + ":" + password).getBytes(StandardCharsets.UTF_8);
    return headers.with(
        "Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials));
  }

  private static void requireMethod(String method) {
    try {
      new Headers.Field(method, ""); // a method is a token, as a field's name is
    } catch (IllegalArgumentException _) {
      throw new IllegalArgumentException(
          "Method cannot contain non-token characters: \""
              + method.replaceAll("[^!-~]", "?")
              + "\"");
    }
    if (method.equals("CONNECT")) {
      throw new IllegalArgumentException(
          "CONNECT makes a tunnel, which is not a request of this client");
    }
  }
}
