package jasyncio.http.client;

import jasyncio.http.Headers;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// What to do about a redirect (RFC 9110, 15.4): which request comes next.
final class Redirects {
  private static final byte[] NO_BODY = {};

  private Redirects() {}

  /// The request that follows `request`, which was answered so; null if that is no redirect.
  ///
  /// @throws InvalidUrlRedirectClientError if the target is no URL
  /// @throws NonHttpUrlRedirectClientError if the target is neither http nor https
  static @Nullable OutgoingRequest next(OutgoingRequest request, int status, Headers response) {
    if (!isRedirect(status)) {
      return null;
    }
    String location = response.get("Location");
    if (location == null) {
      location = response.get("URI"); // from before HTTP/1.0, and still seen
    }
    if (location == null) {
      return null; // nowhere to go: the response is the answer
    }
    RequestUrl target = target(request.url(), asText(location));
    boolean becomesGet =
        (status == 303 && !request.isHead())
            || ((status == 301 || status == 302) && request.method().equals("POST"));
    Headers headers = request.headers();
    if (!target.isSameOrigin(request.url())) {
      headers = withoutSecrets(headers);
    }
    if (becomesGet) {
      headers = withoutBody(headers);
    }
    return new OutgoingRequest(
        becomesGet ? "GET" : request.method(),
        target,
        RequestFields.withUserInfo(headers.with("Host", target.hostField()), target),
        becomesGet ? NO_BODY : request.body());
  }

  static boolean isRedirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  }

  private static RequestUrl target(RequestUrl from, String location) {
    RequestUrl target;
    try {
      target = from.resolve(location);
    } catch (InvalidUrlClientError e) {
      throw new InvalidUrlRedirectClientError(
          e.url(), String.valueOf(e.getMessage()).substring(e.url().length() + 3));
    } catch (NonHttpUrlClientError e) {
      throw new NonHttpUrlRedirectClientError(e.url());
    }
    return target.fragment() == null ? target.withFragment(from.fragment()) : target;
  }

  /// What only the server it was meant for may see.
  private static Headers withoutSecrets(Headers headers) {
    return headers.without("Authorization").without("Cookie").without("Proxy-Authorization");
  }

  private static Headers withoutBody(Headers headers) {
    return headers
        .without("Content-Length")
        .without("Content-Type")
        .without("Content-Encoding")
        .without("Transfer-Encoding");
  }

  /// Header values come in as Latin-1; many servers send UTF-8.
  private static String asText(String location) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(location.getBytes(StandardCharsets.ISO_8859_1)))
          .toString();
    } catch (CharacterCodingException _) {
      return location;
    }
  }
}
