package jasyncio.http.server;

import static jasyncio.Asyncio.await;

import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import jasyncio.CancelledError;
import jasyncio.Context;
import jasyncio.EventLoop;
import jasyncio.ExceptionContext;
import jasyncio.Future;
import jasyncio.KeyboardInterrupt;
import jasyncio.LoopTime;
import jasyncio.TimerHandle;
import jasyncio.http.wire.BodyPolicy;
import jasyncio.http.wire.BodyStream;
import jasyncio.http.wire.Spans;
import jasyncio.net.netty.NettyBridge;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A client's connection: one task takes its requests one after the other and answers them in
/// order.
///
/// Everything here runs on the loop.
final class ServerConnection extends ChannelInboundHandlerAdapter {
  /*
   * Overview
   *
   *   Netty --channelRead--> queue of heads, each with the stream of its body
   *         --next()-------> task: handler, response, next
   *
   * The socket is paused while MAX_QUEUED requests wait, or the body that arrives is not read; so a
   * client that sends faster than it is answered waits. One read of the socket may still bring more
   * requests than that: some hundred, never more. Requests with bodies need more memory, so fewer
   * of them may wait.
   *
   * After a request that could not be understood nothing more is read: it is answered, and the
   * connection closed.
   */

  /// How many requests may wait for the one that is being answered.
  private static final int MAX_QUEUED = 64;

  /// The same once one of them has a body, or a head of more than [#SMALL_HEAD].
  private static final int MAX_QUEUED_LARGE = 8;

  /// Characters of a head that is not worth counting.
  private static final int SMALL_HEAD = 4096;

  private static final byte[] CONTINUE =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final EventLoop loop;
  private final Channel channel;
  private final Application application;
  private final RunnerOptions options;
  private final ResponseWriter writer;
  private final Consumer<ServerConnection> onActive;

  private final Output output;
  private final BodyPolicy policy = new Policy();

  /// The body of all requests that have none.
  private final BodyStream noBody;

  private String remote = "";

  private final ArrayDeque<Request> queue = new ArrayDeque<>();

  /// Whether there was a large one since the queue was empty.
  private boolean queueIsLarge;

  private @Nullable BodyStream arriving;
  private boolean bodyPaused;
  private boolean queuePaused;
  private boolean inputEnded;
  private boolean refused;

  /// What the task waits for when it has nothing to do.
  private @Nullable Future<@Nullable Void> wake;

  /// Since when, by the loop's clock, there is nothing to do; meaningless while there is.
  private long idleSince;

  private boolean idle;

  /// Ends an idle connection. It stays when a request comes, and looks when it goes off.
  private @Nullable TimerHandle idleTimer;

  private boolean closing;

  ServerConnection(
      EventLoop loop,
      Channel channel,
      Application application,
      RunnerOptions options,
      ResponseWriter writer,
      Output output,
      Consumer<ServerConnection> onActive) {
    this.loop = loop;
    this.channel = channel;
    this.application = application;
    this.options = options;
    this.writer = writer;
    this.output = output;
    this.noBody = new BodyStream(loop, policy, null);
    this.noBody.end();
    this.onActive = onActive;
  }

  // ---- Netty's side ----

  @Override
  public void channelActive(ChannelHandlerContext ctx) {
    remote = describeRemote();
    onActive.accept(this);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      if (refused) {
        return;
      }
      if (message instanceof HttpRequest request) {
        onHead(request);
      }
      if (message instanceof HttpContent content && !refused) {
        onContent(content);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void onHead(HttpRequest request) {
    Incoming head = Incoming.of(request, remote);
    BodyStream body = noBody;
    if (head.refusal() != 0) {
      refused = true;
    } else if (head.hasBody()) {
      body = new BodyStream(loop, policy, null);
      arriving = body;
    }
    queue.add(new Request(head, body, options.clientMaxSize()));
    queueIsLarge |= head.hasBody() || head.size() > SMALL_HEAD;
    queuePaused = queue.size() >= (queueIsLarge ? MAX_QUEUED_LARGE : MAX_QUEUED);
    applyPause();
    wakeTask();
  }

  private void onContent(HttpContent content) {
    BodyStream body = arriving;
    if (body == null) {
      return;
    }
    if (content.decoderResult().isFailure()) {
      Throwable cause = content.decoderResult().cause();
      refused = true;
      body.fail(new RequestPayloadError("malformed body: " + cause.getMessage(), cause));
      return;
    }
    body.feed(ByteBufUtil.getBytes(content.content()));
    if (content instanceof LastHttpContent) {
      arriving = null;
      bodyPaused = false;
      body.end();
      applyPause();
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      endInput(); // a client that has nothing more to ask still gets its answers
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    endInput();
  }

  private void endInput() {
    inputEnded = true;
    BodyStream body = arriving;
    if (body != null) {
      body.fail(new RequestPayloadError("Connection lost: the client closed it", null));
    }
    wakeTask();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    output.closeChannel(); // reset by the client, most often; channelInactive tells the task
  }

  private String describeRemote() {
    return channel.remoteAddress() instanceof InetSocketAddress address
            && address.getAddress() != null
        ? address.getAddress().getHostAddress()
        : String.valueOf(channel.remoteAddress());
  }

  private void applyPause() {
    boolean read = !bodyPaused && !queuePaused;
    if (channel.config().isAutoRead() != read) {
      output.setAutoRead(read);
    }
  }

  private void wakeTask() {
    Future<@Nullable Void> waiting = wake;
    if (waiting != null) {
      waiting.trySetResult(null);
    }
  }

  // ---- the task's side ----

  /// Answers requests until the connection ends. Runs in a task of its own.
  void serve() throws Throwable {
    try {
      while (true) {
        Request next = next();
        if (next == null) {
          finish(false);
          break;
        }
        if (!answer(next)) {
          finish(true);
          break;
        }
      }
    } finally {
      TimerHandle timer = idleTimer;
      if (timer != null) {
        timer.cancel();
      }
      output.closeChannel();
    }
  }

  /// The next request; null if there will be none.
  private @Nullable Request next() {
    if (queue.isEmpty() && !inputEnded && !closing) {
      idle = true;
      idleSince = loop.time().nanos();
      if (idleTimer == null) {
        idleTimer = loop.callLater(options.keepaliveTimeout(), this::closeIfIdle, new Context());
      }
      while (queue.isEmpty() && !inputEnded && !closing) {
        waitForInput();
      }
      idle = false;
    }
    Request next = closing ? null : queue.poll();
    queueIsLarge &= !queue.isEmpty();
    queuePaused = false;
    applyPause();
    return next;
  }

  private void closeIfIdle() {
    idleTimer = null;
    if (!idle) {
      return; // the next wait has a timer of its own
    }
    Duration left = options.keepaliveTimeout().minus(loop.time().since(new LoopTime(idleSince)));
    if (left.isPositive()) {
      idleTimer = loop.callLater(left, this::closeIfIdle, new Context());
    } else {
      output.closeChannel();
    }
  }

  private void waitForInput() {
    Future<@Nullable Void> waiting = loop.createFuture();
    wake = waiting;
    try {
      await(waiting);
    } finally {
      wake = null;
    }
  }

  /// Answers a request; returns whether the connection stays.
  private boolean answer(Request request) throws Throwable {
    Incoming head = request.incoming();
    Response response = head.refusal() == 0 ? handle(request) : refuse(head);
    boolean stays = head.keepAlive() && !response.forcesClose() && !closing && !refused;
    writer.write(response, head, stays, output);
    // A slow reader holds up its own connection only.
    return (channel.isWritable() || output.awaitSent()) && stays && drain(request.body());
  }

  private static Response refuse(Incoming head) {
    return Response.text(head.refusal() + ": " + head.why().replaceAll("[^ -~]", "?"))
        .withStatus(head.refusal())
        .withForceClose();
  }

  private Response handle(Request request) throws Throwable {
    if (request.incoming().expectsContinue() && !request.body().hasEnded()) {
      output.add(CONTINUE);
    }
    try {
      Response response = application.handle(request);
      if (response == null) {
        throw new IllegalStateException("Missing return statement on request handler");
      }
      return response;
    } catch (HttpException e) {
      return e.response();
    } catch (RequestPayloadError e) {
      return Response.ofStatus(400).withForceClose();
    } catch (CancelledError | KeyboardInterrupt e) {
      throw e;
    } catch (Throwable t) {
      loop.callExceptionHandler(
          ExceptionContext.of(
                  "Error handling request " + request.method() + " " + request.rawPath())
              .withException(t)
              .with("request", request));
      return Response.ofStatus(500).withForceClose();
    }
  }

  /// Reads what the handler has left of the body, so that the next request can be read; false if
  /// that takes too long.
  private boolean drain(BodyStream body) {
    if (body.hasEnded()) {
      body.giveUp(ServerConnection::answered);
      return true;
    }
    TimerHandle timer = loop.callLater(options.lingeringTime(), channel::close, new Context());
    try {
      while (await(body.readAny()).length > 0) {
        // dropped
      }
      return true;
    } catch (RequestPayloadError _) {
      return false;
    } finally {
      timer.cancel();
    }
  }

  private static RequestPayloadError answered() {
    return new RequestPayloadError("the request has been answered", null);
  }

  /// Sees to it that the last response arrives: closing a socket on which something has come in
  /// that was not read, or still comes, makes the system drop what was sent.
  ///
  /// @param answered whether a response has just been written
  private void finish(boolean answered) {
    if (!channel.isActive()) {
      return;
    }
    TimerHandle timer = loop.callLater(options.lingeringTime(), channel::close, new Context());
    try {
      boolean moreComes = refused || arriving != null || !queue.isEmpty();
      if (output.awaitSent()
          && (moreComes || (answered && !inputEnded))
          && channel instanceof DuplexChannel duplex) {
        duplex.shutdownOutput();
        if (moreComes || !NettyBridge.hasArrived(channel)) {
          dropInput();
          while (!inputEnded) {
            waitForInput();
          }
        }
      }
    } finally {
      timer.cancel();
    }
  }

  /// From now on what comes in is read and dropped.
  private void dropInput() {
    BodyStream body = arriving;
    if (body != null) {
      body.giveUp(ServerConnection::answered);
    }
    refused = true;
    bodyPaused = false;
    queuePaused = false;
    applyPause();
  }

  // ---- the end ----

  /// Takes no further request: an idle connection ends, a busy one after its response.
  void stop() {
    closing = true;
    wakeTask();
  }

  void close() {
    output.closeChannel();
  }

  /// What the streams of this connection's bodies ask for.
  private final class Policy implements BodyPolicy {
    @Override
    public void pause(boolean paused) {
      bodyPaused = paused;
      applyPause();
    }

    @Override
    public @Nullable TimerHandle startTimer(EventLoop loop) {
      return loop.callLater(
          options.readTimeout(),
          () -> {
            BodyStream body = arriving;
            if (body != null) {
              refused = true;
              body.fail(
                  new RequestPayloadError(
                      "the client sent nothing for " + Spans.text(options.readTimeout()), null));
            }
          },
          new Context());
    }

    @Override
    public RuntimeException broken(String reason, @Nullable Throwable cause) {
      return new RequestPayloadError(reason, cause);
    }
  }
}
