package jasyncio.http.client;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;

import io.netty.channel.ChannelFuture;
import jasyncio.Asyncio;
import jasyncio.CheckReturnValue;
import jasyncio.Coroutine;
import jasyncio.EventLoop;
import jasyncio.Future;
import jasyncio.net.netty.NettyBridge;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Sends HTTP requests, and keeps connections for the next ones. Make one for the program or for a
/// group of servers, not one for each request.
///
/// ```java
/// try (var session = new ClientSession()) {
///   try (var response = await(session.get("http://example.com/"))) {
///     IO.println(await(response.text()));
///   }
/// }
/// ```
///
/// Many tasks may use it at once. It belongs to the loop in which it is made, and all its methods
/// are called there.
///
/// The methods that send a request suspend until the status line and the header fields of the
/// response are there. They are cancel-safe: cancelled, the request is given up and its connection
/// closed; the server may have acted on it. They throw, when awaited:
///
/// - [InvalidURL] for a URL that cannot be used
/// - [ClientConnectorError] if no connection can be made
/// - [ServerDisconnectedError] or [ClientOSError] if the connection ends before the response; a
///   request that may be repeated is sent a second time if it met a connection that had been used
///   before
/// - [ClientResponseError] for a response that is malformed or, if asked for, of status 400 and
///   above; [TooManyRedirects]
/// - [ConnectionTimeoutError], [SocketTimeoutError] and [jasyncio.TimeoutError] as [ClientTimeout]
///   says
///
/// Counterpart: `aiohttp.ClientSession`.
public final class ClientSession implements AutoCloseable {
  /// Loads subclasses of all exceptions of the client that have any, before a program waits in a
  /// `try` that catches one: see `Preload` in the core, and JDK-8389310.
  static final List<Class<?>> FIRST_SUBCLASSES =
      List.of(
          ClientConnectorDNSError.class,
          ClientConnectorSSLError.class,
          InvalidUrlRedirectClientError.class,
          NonHttpUrlRedirectClientError.class,
          ServerDisconnectedError.class,
          SocketTimeoutError.class,
          TooManyRedirects.class);

  /*
   * Overview
   *
   *   get() -> RequestFields.build -> RequestFlow.run -> ConnectionPool.acquire -> HttpDialer
   *                                                   -> HttpConnection.send   <-> Netty
   *                                                   -> Redirects.next, and again
   *
   * CPython world: aiohttp/client.py, 3.14.
   */

  /// How long close() waits for TLS connections to say goodbye.
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(1);

  private final EventLoop loop;
  private final SessionOptions options;
  private final RequestFields fields;
  private final ConnectionPool<HttpConnection> pool;
  private final Runnable closedInTime;
  private final Set<HttpConnection> connections = new LinkedHashSet<>();

  /// A session with the default options.
  ///
  /// @throws IllegalStateException if no loop is running on this thread, or it has no network
  public ClientSession() {
    this(SessionOptions.defaults());
  }

  /// A session with these options.
  ///
  /// @param options limits, header fields and the like, for all its requests
  /// @throws IllegalStateException if no loop is running on this thread, or it has no network
  public ClientSession(SessionOptions options) {
    NettyBridge bridge = NettyBridge.current();
    this.loop = bridge.loop();
    this.options = options;
    this.fields = new RequestFields(options);
    HttpDialer dialer = new HttpDialer(bridge, options.tls(), this::onFree);
    this.pool =
        new ConnectionPool<>(
            loop,
            options.limit(),
            options.limitPerHost(),
            options.keepaliveTimeout(),
            (key, sockConnect) -> {
              HttpConnection connection = dialer.dial(key, sockConnect);
              connections.add(connection);
              connection.closeFuture().addListener(_ -> connections.remove(connection));
              return connection;
            });
    this.closedInTime =
        loop.reportUnclosed(
            this,
            () ->
                "unclosed ClientSession: its connections are still open. Close it where it is made:"
                    + " try (var session = new ClientSession())");
  }

  private void onFree(HttpConnection connection, boolean reusable) {
    pool.release(connection, reusable && !options.forceClose());
    if (!reusable) {
      pool.forget(connection);
    }
  }

  // ---- requests ----

  /// Sends a request.
  ///
  /// @param method such as `GET`; made upper case
  /// @param url absolute, or relative to the session's base URL
  /// @param options header, body, timeouts of this request
  /// @return a coroutine that gives the response, whose body is still to be read
  @CheckReturnValue
  public Coroutine<ClientResponse> request(String method, String url, RequestOptions options) {
    return async(() -> {
      if (pool.isClosed()) {
        throw new IllegalStateException("Session is closed");
      }
      RequestUrl base = this.options.baseUrl();
      RequestUrl target = base == null ? RequestUrl.parse(url) : base.resolve(url);
      OutgoingRequest request =
          fields.build(method, target.withMoreQuery(options.params().toString()), options);
      return new RequestFlow(loop, pool, this.options, options, request).run();
    });
  }

  /// Sends a request with the default options.
  ///
  /// @param method such as `GET`
  /// @param url absolute, or relative to the base URL of the session
  /// @return a coroutine that gives the response, whose body is still to be read
  @CheckReturnValue
  public Coroutine<ClientResponse> request(String method, String url) {
    return request(method, url, RequestOptions.defaults());
  }

  /// Sends a GET request.
  ///
  /// @param url absolute, or relative to the base URL of the session
  /// @return a coroutine that gives the response, whose body is still to be read
  @CheckReturnValue
  public Coroutine<ClientResponse> get(String url) {
    return request("GET", url);
  }

  /// Sends a GET request.
  ///
  /// @param url absolute, or relative to the base URL of the session
  /// @return a coroutine that gives the response, whose body is still to be read
  @CheckReturnValue
  public Coroutine<ClientResponse> get(URI url) {
    return request("GET", url.toString());
  }

  /// Sends a GET request with options of its own.
  ///
  /// @param url absolute, or relative to the base URL of the session
  /// @param options header, body, timeouts of this request
  /// @return a coroutine that gives the response, whose body is still to be read
  @CheckReturnValue
  public Coroutine<ClientResponse> get(String url, RequestOptions options) {
    return request("GET", url, options);
  }

  /// Sends a HEAD request: its response has no body, and redirects are not followed.
  ///
  /// @param url absolute, or relative to the base URL of the session
  /// @return a coroutine that gives the response, which has no body
  @CheckReturnValue
  public Coroutine<ClientResponse> head(String url) {
    return request("HEAD", url);
  }

  /// Sends a HEAD request with options of its own.
  ///
  /// @param url absolute, or relative to the base URL of the session
  /// @param options header, body, timeouts of this request
  /// @return a coroutine that gives the response, which has no body
  @CheckReturnValue
  public Coroutine<ClientResponse> head(String url, RequestOptions options) {
    return request("HEAD", url, options);
  }

  /// Sends an OPTIONS request.
  ///
  /// @param url absolute, or relative to the base URL of the session
  /// @param options header, body, timeouts of this request
  /// @return a coroutine that gives the response, whose body is still to be read
  @CheckReturnValue
  public Coroutine<ClientResponse> options(String url, RequestOptions options) {
    return request("OPTIONS", url, options);
  }

  /// Sends a POST request; [RequestOptions#withData(String)] gives it a body.
  ///
  /// @param url absolute, or relative to the base URL of the session
  /// @param options header, body, timeouts of this request
  /// @return a coroutine that gives the response, whose body is still to be read
  @CheckReturnValue
  public Coroutine<ClientResponse> post(String url, RequestOptions options) {
    return request("POST", url, options);
  }

  /// Sends a PUT request.
  ///
  /// @param url absolute, or relative to the base URL of the session
  /// @param options header, body, timeouts of this request
  /// @return a coroutine that gives the response, whose body is still to be read
  @CheckReturnValue
  public Coroutine<ClientResponse> put(String url, RequestOptions options) {
    return request("PUT", url, options);
  }

  /// Sends a PATCH request.
  ///
  /// @param url absolute, or relative to the base URL of the session
  /// @param options header, body, timeouts of this request
  /// @return a coroutine that gives the response, whose body is still to be read
  @CheckReturnValue
  public Coroutine<ClientResponse> patch(String url, RequestOptions options) {
    return request("PATCH", url, options);
  }

  /// Sends a DELETE request.
  ///
  /// @param url absolute, or relative to the base URL of the session
  /// @return a coroutine that gives the response, whose body is still to be read
  @CheckReturnValue
  public Coroutine<ClientResponse> delete(String url) {
    return request("DELETE", url);
  }

  /// Sends a DELETE request with options of its own.
  ///
  /// @param url absolute, or relative to the base URL of the session
  /// @param options header, body, timeouts of this request
  /// @return a coroutine that gives the response, whose body is still to be read
  @CheckReturnValue
  public Coroutine<ClientResponse> delete(String url, RequestOptions options) {
    return request("DELETE", url, options);
  }

  // ---- the session ----

  /// {@return how many connections there are, and how many requests wait for one}
  public PoolStatistics poolStatistics() {
    return pool.statistics();
  }

  /// {@return whether it has been closed}
  public boolean closed() {
    return pool.isClosed();
  }

  /// Closes all connections; requests under way fail. Does nothing the second time.
  ///
  /// In a task it suspends until the sockets are closed, for a second at most; there is nothing to
  /// sleep for afterwards. Cancel-safe: they close all the same.
  @Override
  public void close() {
    if (pool.isClosed()) {
      return;
    }
    List<Future<?>> closing = new java.util.ArrayList<>();
    List<HttpConnection> open = List.copyOf(connections);
    pool.close();
    closedInTime.run();
    NettyBridge bridge = NettyBridge.of(loop);
    for (HttpConnection connection : open) {
      ChannelFuture closed = connection.closeFuture();
      if (!closed.isDone()) {
        closing.add(bridge.toFuture(closed));
      }
    }
    if (!closing.isEmpty() && Asyncio.currentTask() != null) {
      await(Asyncio.wait(closing, CLOSE_PATIENCE));
    }
  }

  @Override
  public String toString() {
    return "<ClientSession " + pool.statistics() + (pool.isClosed() ? " closed>" : ">");
  }
}
