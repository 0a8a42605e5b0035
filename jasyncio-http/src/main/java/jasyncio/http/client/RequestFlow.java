package jasyncio.http.client;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.timeoutAt;

import jasyncio.EventLoop;
import jasyncio.Timeout;
import jasyncio.TimeoutError;
import java.util.ArrayList;
import java.util.List;

/// One request of the program, with its redirects and its second attempt.
final class RequestFlow {
  private final EventLoop loop;
  private final ConnectionPool<HttpConnection> pool;
  private final SessionOptions session;
  private final RequestOptions options;
  private final List<ClientResponse> history = new ArrayList<>();
  private OutgoingRequest request;

  RequestFlow(
      EventLoop loop,
      ConnectionPool<HttpConnection> pool,
      SessionOptions session,
      RequestOptions options,
      OutgoingRequest request) {
    this.loop = loop;
    this.pool = pool;
    this.session = session;
    this.options = options;
    this.request = request;
  }

  /// Runs it, in the current task.
  ClientResponse run() {
    Deadline deadline = Deadline.start(loop, options.timeoutOr(session.timeout()));
    ClientResponse response;
    if (deadline.when() == null) {
      response = follow(deadline);
    } else {
      response = followInTime(deadline);
    }
    if (options.raisesForStatusOr(session.raiseForStatus())) {
      response.raiseForStatus();
    }
    return response;
  }

  private ClientResponse followInTime(Deadline deadline) {
    Timeout[] scope = new Timeout[1];
    try {
      return await(
          timeoutAt(
              deadline.when(),
              (Timeout.Body<ClientResponse>)
                  t -> {
                    scope[0] = t;
                    return follow(deadline);
                  }));
    } catch (TimeoutError e) {
      if (scope[0] == null || !scope[0].expired()) {
        throw e;
      }
      TimeoutError named = deadline.passed(request.info(), "before the response began");
      named.initCause(e);
      throw named;
    }
  }

  private ClientResponse follow(Deadline deadline) {
    while (true) {
      Exchange exchange = exchange(deadline);
      ClientResponse response =
          new ClientResponse(exchange, history, session.maxDecompressedSize());
      try {
        if (!Redirects.isRedirect(response.status())
            || !options.allowsRedirects(request.method())) {
          return response;
        }
        OutgoingRequest next = Redirects.next(request, response.status(), response.headers());
        if (next == null) {
          return response;
        }
        history.add(response);
        if (history.size() > options.maxRedirects()) {
          throw new TooManyRedirects(
              request.info(), history, response.status(), response.headers());
        }
        await(response.release());
        request = next;
      } catch (Throwable t) {
        response.close();
        throw t;
      }
    }
  }

  /// Sends the request, and once more if the connection was used before and had died meanwhile.
  private Exchange exchange(Deadline deadline) {
    boolean fresh = false;
    while (true) {
      HttpConnection connection =
          await(pool.acquire(request.url().key(), fresh, deadline.timeout()));
      boolean mayHaveDied = connection.isUsed();
      try {
        return connection.send(request, deadline, session.autoDecompress());
      } catch (ServerDisconnectedError | ClientOSError | ClientConnectionResetError e) {
        if (!mayHaveDied || connection.hasSeenBytes() || !request.isIdempotent()) {
          throw e;
        }
        fresh = true; // others in the pool may be as dead
      }
    }
  }
}
