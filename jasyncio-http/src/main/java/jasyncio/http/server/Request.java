package jasyncio.http.server;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;

import jasyncio.CheckReturnValue;
import jasyncio.Coroutine;
import jasyncio.http.ContentReader;
import jasyncio.http.ContentType;
import jasyncio.http.Headers;
import jasyncio.http.Query;
import jasyncio.http.wire.BodyStream;
import jasyncio.http.wire.Percent;
import jasyncio.http.wire.WireHeaders;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a client asks for: its method, URL and header fields are there, its body perhaps still
/// arrives.
///
/// Used by the handler it was given to. Counterpart: `web.Request`.
public final class Request {
  private final Incoming incoming;
  private final BodyStream content;
  private final long maxSize;
  private Map<String, String> variables = Map.of();
  private @Nullable Headers headers;
  private byte @Nullable [] body;

  Request(Incoming incoming, BodyStream content, long maxSize) {
    this.incoming = incoming;
    this.content = content;
    this.maxSize = maxSize;
  }

  Incoming incoming() {
    return incoming;
  }

  BodyStream body() {
    return content;
  }

  void matched(Map<String, String> variables) {
    this.variables = variables;
  }

  /// {@return the method, such as `GET`}
  public String method() {
    return incoming.method();
  }

  /// {@return the path, decoded, without the query}
  public String path() {
    return Percent.decode(rawPath(), false);
  }

  /// {@return the path as it was sent, without the query}
  public String rawPath() {
    return incoming.path();
  }

  /// {@return the fields of the query; none if there is none}
  public Query query() {
    return Query.parse(incoming.query());
  }

  /// {@return the path and the query as they were sent} Counterpart: `path_qs`.
  public String pathQs() {
    String query = incoming.query();
    return query == null ? rawPath() : rawPath() + "?" + query;
  }

  /// {@return what a variable of the route's path stands for}
  ///
  /// @param name what stands between the braces
  /// @throws IllegalArgumentException if the route has no such variable
  public String matchInfo(String name) {
    String value = variables.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "the route has no variable \"" + name + "\", but " + variables.keySet());
    }
    return value;
  }

  /// {@return the header fields}
  public Headers headers() {
    Headers known = headers;
    if (known == null) {
      known = WireHeaders.of(incoming.fields());
      headers = known;
    }
    return known;
  }

  /// {@return the host, and perhaps a port, that the client wants to reach; what it says is not to
  /// be trusted}
  public String host() {
    return incoming.host();
  }

  /// {@return the client's address, or that of the proxy before the server}
  public String remote() {
    return incoming.remote();
  }

  /// {@return the protocol, `HTTP/1.1` or `HTTP/1.0`}
  public String version() {
    return incoming.version();
  }

  /// {@return whether the client keeps the connection for further requests}
  public boolean keepAlive() {
    return incoming.keepAlive();
  }

  /// {@return what the body is; `application/octet-stream` if the client does not say}
  public ContentType contentType() {
    return ContentType.parse(headers().get("Content-Type"));
  }

  /// {@return the character set that the client names, or null}
  public @Nullable Charset charset() {
    return contentType().charset();
  }

  /// {@return the length of the body in bytes, or -1 if it is not known before it has arrived}
  public long contentLength() {
    return incoming.contentLength();
  }

  /// {@return the body while it arrives, without a limit of its own}
  public ContentReader content() {
    return content;
  }

  /// Reads the whole body; the second time, the same again.
  ///
  /// Suspends until it has arrived. Throws [HttpException] 413 if it is longer than
  /// [RunnerOptions#clientMaxSize()]; [RequestPayloadError] if it is broken. Not cancel-safe: what
  /// was read until then is lost.
  ///
  /// @return a coroutine that gives the bytes
  @CheckReturnValue
  public Coroutine<byte[]> read() {
    return async(() -> readAll().clone());
  }

  private byte[] readAll() {
    byte[] known = body;
    if (known != null) {
      return known;
    }
    if (contentLength() > maxSize) {
      throw tooLarge(maxSize);
    }
    byte[] all = await(content.readAll(maxSize, Request::tooLarge));
    body = all;
    return all;
  }

  private static HttpException tooLarge(long limit) {
    return new HttpException(
        Response.text("413: Maximum request body size " + limit + " exceeded.")
            .withStatus(413)
            .withForceClose());
  }

  /// Reads the whole body as text, in the character set that the client names, else in UTF-8; what
  /// is not valid in it becomes the replacement character.
  ///
  /// Suspends and fails as [#read()] does.
  ///
  /// @return a coroutine that gives the text
  @CheckReturnValue
  public Coroutine<String> text() {
    return async(
        () -> new String(readAll(), Objects.requireNonNullElse(charset(), StandardCharsets.UTF_8)));
  }

  @Override
  public String toString() {
    return "<Request " + method() + " " + rawPath() + ">";
  }
}
