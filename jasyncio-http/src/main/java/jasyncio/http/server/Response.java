package jasyncio.http.server;

import io.netty.handler.codec.http.HttpResponseStatus;
import jasyncio.http.ContentType;
import jasyncio.http.Headers;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The answer to a request: a status, header fields and a body. Immutable: each `with` method
/// returns a changed copy.
///
/// ```java
/// return Response.text("Hello, " + request.matchInfo("name")).withHeader("X-Mood", "good");
/// ```
///
/// Length, date, and what the connection needs are added when it is sent. Callable from any thread.
///
/// Counterpart: `web.Response`.
public final class Response {
  private static final byte[] NOTHING = {};
  private static final int NO_CONTENT = 204;
  private static final int RESET_CONTENT = 205;
  private static final int NOT_MODIFIED = 304;
  private static final int MIN_STATUS = 200;
  private static final int MAX_STATUS = 999;

  private int status;
  private String reason;
  private Headers headers = Headers.of();
  private byte[] bytes = NOTHING;
  private @Nullable String text;
  private @Nullable String mimeType;
  private @Nullable Charset charset;
  private boolean compression;
  private boolean forceClose;

  private Response(int status, String reason) {
    this.status = status;
    this.reason = reason;
  }

  private Response(Response other) {
    this(other.status, other.reason);
    this.headers = other.headers;
    this.bytes = other.bytes;
    this.text = other.text;
    this.mimeType = other.mimeType;
    this.charset = other.charset;
    this.compression = other.compression;
    this.forceClose = other.forceClose;
  }

  /// {@return plain text in UTF-8, with status 200}
  ///
  /// @param text the body
  public static Response text(String text) {
    Response response = new Response(200, reasonOf(200));
    response.text = text;
    response.mimeType = "text/plain";
    response.charset = StandardCharsets.UTF_8;
    return response;
  }

  /// HTML in UTF-8, with status 200.
  ///
  /// @param html the body
  /// @return the response
  public static Response html(String html) {
    return text(html).withContentType("text/html");
  }

  /// Bytes of the type `application/octet-stream`, with status 200. They are copied.
  ///
  /// @param bytes the body
  /// @return the response
  public static Response bytes(byte[] bytes) {
    Response response = new Response(200, reasonOf(200));
    response.bytes = bytes.clone();
    response.mimeType = ContentType.OCTET_STREAM.mimeType();
    return response;
  }

  /// {@return this status with itself as text: `404: Not Found`; without a body for those that have
  /// none}
  ///
  /// @param status from 100 to 999
  /// @throws IllegalArgumentException if it is not a status of a final response, 200 to 999
  public static Response ofStatus(int status) {
    if (status == NO_CONTENT || status == NOT_MODIFIED) {
      return new Response(status, reasonOf(status));
    }
    return text(checkedStatus(status) + ": " + reasonOf(status)).withStatus(status);
  }

  /// Sends the client to another URL, with status 302. Counterpart: `web.HTTPFound(location)`.
  ///
  /// @param location a URL, absolute or relative, encoded
  /// @return the response
  /// @throws IllegalArgumentException if it holds characters that may not be in a header
  public static Response redirect(String location) {
    return ofStatus(302).withHeader("Location", location);
  }

  /// Sets the status, and the reason phrase that belongs to it.
  ///
  /// @param status from 100 to 999
  /// @return a copy with that setting
  /// @throws IllegalArgumentException if it is not a status of a final response, 200 to 999
  public Response withStatus(int status) {
    return withStatus(status, reasonOf(checkedStatus(status)));
  }

  /// Sets the status with a reason phrase of its own.
  ///
  /// @param status from 100 to 999
  /// @param reason the words behind it
  /// @return a copy with that setting
  /// @throws IllegalArgumentException if it is not a status of a final response, 200 to 999, or the
  ///   phrase holds a line break or other control character
  public Response withStatus(int status, String reason) {
    checkedStatus(status);
    for (int i = 0; i < reason.length(); i++) {
      char c = reason.charAt(i);
      if ((c < ' ' && c != '\t') || c == 0x7f || c > 0xff) {
        throw new IllegalArgumentException(
            "Reason cannot contain \\n or \\r, nor other control characters: it has one at index "
                + i);
      }
    }
    Response copy = new Response(this);
    copy.status = status;
    copy.reason = reason;
    return copy;
  }

  /// Sets a header field, in the place of any of the same name.
  ///
  /// @param name the name of the field
  /// @param value its value
  /// @return a copy with that setting
  /// @throws IllegalArgumentException if name or value may not be in a header, or it is one that
  ///   follows from the body or the connection
  public Response withHeader(String name, String value) {
    for (String ours : new String[] {"Content-Length", "Transfer-Encoding", "Connection"}) {
      if (ours.equalsIgnoreCase(name)) {
        throw new IllegalArgumentException(
            ours + " follows from the body and the connection, and is not to be set");
      }
    }
    Response copy = new Response(this);
    if (name.equalsIgnoreCase("Content-Type")) {
      ContentType type = ContentType.parse(value);
      copy.charset = type.charset() == null ? charset : type.charset();
      copy.mimeType = null;
    }
    copy.headers = headers.with(name, value);
    return copy;
  }

  /// Adds a header field to those of the same name, such as `Set-Cookie`.
  ///
  /// @param name the name of the field
  /// @param value its value
  /// @return a copy with it
  /// @throws IllegalArgumentException if name or value may not be in a header
  public Response plusHeader(String name, String value) {
    if (!headers.contains(name)) {
      return withHeader(name, value);
    }
    Response copy = new Response(this);
    copy.headers = headers.plus(name, value);
    return copy;
  }

  /// Sets the type of the body, such as `text/html`; the character set stays.
  ///
  /// @param mimeType such as `text/html`
  /// @return a copy with that setting
  /// @throws IllegalArgumentException if it holds parameters, or may not be in a header
  public Response withContentType(String mimeType) {
    if (mimeType.indexOf(';') >= 0) {
      throw new IllegalArgumentException(
          "charset must not be in content_type argument: " + mimeType + ". Use withCharset(...)");
    }
    Headers.of("Content-Type", mimeType); // checks it
    Response copy = new Response(this);
    copy.headers = headers.without("Content-Type");
    copy.mimeType = mimeType;
    return copy;
  }

  /// Sends the text in another character set; what that lacks becomes a question mark.
  ///
  /// @param charset the charset to name
  /// @return a copy with that setting
  public Response withCharset(Charset charset) {
    Response copy = new Response(this);
    copy.charset = charset;
    return copy;
  }

  /// Sends the body compressed with gzip to clients that take it. Counterpart:
  /// `enable_compression()`.
  ///
  /// @return a copy with that setting
  public Response withCompression() {
    Response copy = new Response(this);
    copy.compression = true;
    return copy;
  }

  /// Closes the connection after it. Counterpart: `force_close()`.
  ///
  /// @return a copy with that setting
  public Response withForceClose() {
    Response copy = new Response(this);
    copy.forceClose = true;
    return copy;
  }

  private static int checkedStatus(int status) {
    if (status < MIN_STATUS || status > MAX_STATUS) {
      throw new IllegalArgumentException(
          "status " + status + " is not one of a final response: 200 to 999");
    }
    return status;
  }

  private static String reasonOf(int status) {
    return HttpResponseStatus.valueOf(status).reasonPhrase();
  }

  /// {@return the status code}
  public int status() {
    return status;
  }

  /// {@return the reason phrase}
  public String reason() {
    return reason;
  }

  /// {@return the header fields, without those that are added when it is sent}
  public Headers headers() {
    String type = contentType();
    return type == null ? headers : headers.withDefault("Content-Type", type);
  }

  private @Nullable String contentType() {
    String charset = charsetName();
    return mimeType == null || charset == null ? mimeType : mimeType + "; charset=" + charset;
  }

  // ---- for the writer ----

  /// The fields that the program has set; never a type beside [#mimeType()].
  Headers ownHeaders() {
    return headers;
  }

  @Nullable String mimeType() {
    return mimeType;
  }

  /// What stands beside the type.
  @Nullable String charsetName() {
    if (charset == null || text == null) {
      return null;
    }
    return charset == StandardCharsets.UTF_8 ? "utf-8" : charset.name().toLowerCase(Locale.ROOT);
  }

  /// The body as it is sent, but for compression.
  byte[] encoded() {
    if (!hasLength() || status == RESET_CONTENT) {
      return NOTHING;
    }
    String mine = text;
    return mine == null ? bytes : mine.getBytes(charset == null ? StandardCharsets.UTF_8 : charset);
  }

  boolean mayCompress() {
    return compression && !headers.contains("Content-Encoding");
  }

  boolean forcesClose() {
    return forceClose;
  }

  /// Whether its length is told: not with a status that has no body (RFC 9110, 6.4.1 and 8.6).
  boolean hasLength() {
    return status != NO_CONTENT && status != NOT_MODIFIED;
  }

  @Override
  public String toString() {
    return "<Response " + status + " " + reason + ">";
  }
}
