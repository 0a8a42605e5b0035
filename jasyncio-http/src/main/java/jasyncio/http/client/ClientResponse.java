package jasyncio.http.client;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.getRunningLoop;

import jasyncio.CheckReturnValue;
import jasyncio.Coroutine;
import jasyncio.TimeoutError;
import jasyncio.http.ContentReader;
import jasyncio.http.ContentType;
import jasyncio.http.Headers;
import jasyncio.http.wire.BodyStream;
import java.net.URI;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A response: its status and header fields are there, its body perhaps still arrives.
///
/// Use it in try-with-resources. Once the body has arrived, the connection is free for the next
/// request, whether the body has been read or not; a response that is closed earlier takes its
/// connection with it.
///
/// Used on the loop. Counterpart: `aiohttp.ClientResponse`.
public final class ClientResponse implements AutoCloseable {
  /// How much release() reads to save a connection: about what arrives while a new one is made.
  private static final int MAX_DRAIN = 64 * 1024;

  private final Exchange exchange;
  private final BodyStream content;
  private final List<ClientResponse> history;
  private final long maxDecompressed;
  private byte @Nullable [] body;
  private boolean closed;
  private final Runnable closedInTime;

  ClientResponse(Exchange exchange, List<ClientResponse> history, long maxDecompressed) {
    this.exchange = exchange;
    this.content = Objects.requireNonNull(exchange.body);
    this.history = List.copyOf(history);
    this.maxDecompressed = maxDecompressed;
    this.closedInTime = unlessUnclosed();
  }

  /// Without a reference to this; a response whose body has arrived has given its connection back.
  private Runnable unlessUnclosed() {
    BodyStream arriving = content;
    String name = toString();
    return getRunningLoop()
        .reportUnclosed(
            this,
            () ->
                arriving.hasEnded()
                    ? null
                    : "unclosed "
                        + name
                        + ": it keeps its connection from other requests. Close it where it is "
                        + "used:"
                        + " try (var response = await(session.get(url)))");
  }

  // ---- the head ----

  /// {@return the status code, such as 200}
  public int status() {
    return exchange.status;
  }

  /// {@return the reason phrase, such as `OK`; may be empty}
  public String reason() {
    return exchange.reason;
  }

  /// {@return whether the status is below 400}
  public boolean ok() {
    return status() < 400;
  }

  /// {@return the method of the request that was answered; after a redirect it may not be the one
  /// asked for}
  public String method() {
    return exchange.request.method();
  }

  /// {@return where the response came from, after redirects, without fragment, user name and
  /// password}
  public URI url() {
    return exchange.request.url().uri();
  }

  /// The same with the fragment.
  ///
  /// @return the URL
  public URI realUrl() {
    return exchange.request.url().realUri();
  }

  /// {@return the header fields}
  public Headers headers() {
    return exchange.headers();
  }

  /// {@return what the body is; `application/octet-stream` if the server does not say}
  public ContentType contentType() {
    return ContentType.parse(headers().get("Content-Type"));
  }

  /// {@return the character set that the server names, or null if it names none or one that is not
  /// known here}
  public @Nullable Charset charset() {
    return contentType().charset();
  }

  /// {@return the redirects that led here, the first one first; their bodies are gone}
  public List<ClientResponse> history() {
    return history;
  }

  /// {@return the request as it was sent}
  public RequestInfo requestInfo() {
    return exchange.request.info();
  }

  // ---- the body ----

  /// {@return the body while it arrives}
  public ContentReader content() {
    return content;
  }

  /// Reads the whole body; the second time, the same again.
  ///
  /// Suspends until it has arrived. Not cancel-safe: cancelled, it closes the response. Throws
  /// [ClientPayloadError] if the body is broken, ends early, or decompresses to more than
  /// [SessionOptions#withMaxDecompressedSize(long)]; [SocketTimeoutError] or [TimeoutError] if it
  /// takes too long; [ClientConnectionError] if the response has been closed.
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
    try {
      long limit = content.isCompressed() ? maxDecompressed : Long.MAX_VALUE;
      byte[] all = await(content.readAll(limit, this::tooLong));
      body = all;
      return all;
    } catch (Throwable t) {
      close();
      throw t;
    }
  }

  private ClientPayloadError tooLong(long limit) {
    return new ClientPayloadError(
        "Can not decode content-encoding: %s of %s: it is more than %d bytes long decompressed."
                .formatted(headers().get("Content-Encoding"), url(), limit)
            + " Raise SessionOptions.withMaxDecompressedSize(...), or stream content()",
        null);
  }

  /// Reads the whole body as text, in the character set that the server names, else in UTF-8. What
  /// is not valid in it becomes the replacement character. A byte order mark is left out.
  ///
  /// Suspends and fails as [#read()] does. Counterpart: `ClientResponse.text()`, which is strict.
  ///
  /// @return a coroutine that gives the text
  @CheckReturnValue
  public Coroutine<String> text() {
    return async(() -> decode(Objects.requireNonNullElse(charset(), StandardCharsets.UTF_8)));
  }

  /// Reads the whole body as text in `charset`, whatever the server says.
  ///
  /// Suspends and fails as [#read()] does, and is cancelled like that. Counterpart:
  /// `ClientResponse.text(encoding)`.
  ///
  /// @param charset how to decode it
  /// @return a coroutine that gives the text
  @CheckReturnValue
  public Coroutine<String> text(Charset charset) {
    return async(() -> decode(charset));
  }

  private String decode(Charset charset) {
    String text = new String(readAll(), charset);
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  // ---- the end ----

  /// Throws if the status is 400 or more, and closes the response then.
  ///
  /// @throws ClientResponseError if the status is 400 or more
  public void raiseForStatus() {
    if (!ok()) {
      close();
      throw new ClientResponseError(requestInfo(), history, status(), reason(), headers(), null);
    }
  }

  /// Gives the connection back for the next request: a short rest of the body is read and dropped,
  /// with a long one the connection is closed.
  ///
  /// Suspends. Cancel-safe: cancelled, it closes the response. Counterpart: `release()`.
  ///
  /// @return a coroutine that does so when awaited
  @CheckReturnValue
  public Coroutine<@Nullable Void> release() {
    return async(() -> {
      try {
        int dropped = 0;
        while (!closed && !content.hasEnded() && dropped <= MAX_DRAIN) {
          int n = await(content.read(MAX_DRAIN)).length;
          if (n == 0) {
            break;
          }
          dropped += n;
        }
      } catch (ClientError | TimeoutError _) {
        // the rest is broken or late: then the connection goes
      } finally {
        close();
      }
    });
  }

  /// Lets go of the response: a body that has not arrived will not, and takes its connection with
  /// it. What was read stays; does nothing the second time.
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      closedInTime.run();
      exchange.abandon();
    }
  }

  @Override
  public String toString() {
    return "<ClientResponse(" + url() + ") [" + status() + " " + reason() + "]>";
  }
}
