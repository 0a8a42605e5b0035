package jasyncio.http.client;

import static jasyncio.Asyncio.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import jasyncio.TimerHandle;
import jasyncio.http.wire.AsciiBuffer;
import jasyncio.http.wire.BodyStream;
import jasyncio.http.wire.WireHeaders;
import jasyncio.net.netty.NettyBridge;
import java.io.IOException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/// A connection to a server, which carries one exchange after the other.
///
/// Everything here runs on the loop. Netty's callbacks complete futures and fill the body; they run
/// nothing of the program's.
final class HttpConnection extends ChannelInboundHandlerAdapter implements PooledConnection {
  /*
   * Overview
   *
   *   idle -----------------send-------------> waiting for the head
   *   waiting for the head --HttpResponse----> in the body
   *   in the body ----------LastHttpContent--> idle (or closed)
   *
   * `exchange` is set from send() to the last piece of the body. What arrives while there is none
   * is nobody's response: the connection is closed, or else it would be taken for the answer to the
   * next request.
   */

  /// How many interim (1xx) responses one request may get.
  private static final int MAX_INTERIM = 16;

  /// A longer body is not copied, but sent behind the head.
  private static final int MAX_COPIED = 8 * 1024;

  private final ConnectionKey key;
  private final NettyBridge bridge;
  private final ResponseDecoder decoder;
  private final Channel channel;

  /// Where requests are written before they are sent; shared with other connections.
  private final AsciiBuffer head;

  /// Takes the connection back after an exchange; the flag says whether it can be used again.
  private @Nullable BiConsumer<HttpConnection, Boolean> whenFree;

  private @Nullable Exchange exchange;
  private @Nullable ChannelFuture written;
  private boolean used;
  private boolean keepAlive;
  private boolean inInterim;
  private int interims;

  HttpConnection(
      ConnectionKey key,
      NettyBridge bridge,
      Channel channel,
      ResponseDecoder decoder,
      AsciiBuffer head) {
    this.key = key;
    this.bridge = bridge;
    this.channel = channel;
    this.decoder = decoder;
    this.head = head;
  }

  /// Who gets it back after each exchange, and when it dies.
  void whenFree(BiConsumer<HttpConnection, Boolean> taker) {
    this.whenFree = taker;
  }

  @Override
  public ConnectionKey key() {
    return key;
  }

  @Override
  public boolean isAlive() {
    return channel.isActive();
  }

  @Override
  public void close() {
    bridge.close(channel);
  }

  ChannelFuture closeFuture() {
    return channel.closeFuture();
  }

  // ---- the requesting task's side ----

  /// Whether it has carried an exchange before: then the server may have closed it meanwhile.
  boolean isUsed() {
    return used;
  }

  /// Whether any byte has come in since the request was sent.
  boolean hasSeenBytes() {
    return decoder.hasSeenBytes();
  }

  /// Sends a request and waits for the status line and header fields of its response.
  ///
  /// Suspends. If it fails or is cancelled, the connection is closed.
  Exchange send(OutgoingRequest request, Deadline deadline, boolean decompress) {
    Exchange mine = new Exchange(bridge.loop(), this, request, deadline, decompress);
    exchange = mine;
    keepAlive = false;
    interims = 0;
    decoder.expectResponse(request.isHead());
    try {
      if (!channel.isActive()) {
        throw new ServerDisconnectedError("Server disconnected", null);
      }
      boolean entered = bridge.enter();
      ChannelFuture writing;
      try {
        writing = write(request);
      } finally {
        bridge.leave(entered);
      }
      written = writing;
      writing.addListener(_ -> {
        if (writing.cause() != null) {
          connectionFailed(writing.cause());
        }
      });
      TimerHandle timer = mine.startTimer(bridge.loop(), TimeoutPhase.HEADERS);
      try {
        return await(mine.answered);
      } finally {
        if (timer != null) {
          timer.cancel();
        }
        used = true;
      }
    } catch (Throwable t) {
      drop(mine);
      throw t;
    }
  }

  private ChannelFuture write(OutgoingRequest request) {
    head.clear();
    boolean small = request.body().length <= MAX_COPIED;
    request.writeTo(head);
    if (small) {
      head.add(request.body());
    }
    ByteBuf bytes = channel.alloc().buffer(head.length());
    head.writeTo(bytes);
    ChannelFuture written = bridge.write(channel, bytes);
    return small ? written : bridge.write(channel, Unpooled.wrappedBuffer(request.body()));
  }

  /// Ends an exchange that is not complete, and the connection with it. Does nothing if it is
  /// complete.
  void drop(Exchange which) {
    if (exchange == which) {
      exchange = null;
      free(false);
    }
  }

  /// Takes nothing more from the socket, or goes on, if the exchange is still this connection's.
  void pause(Exchange which, boolean paused) {
    if (exchange == which) {
      bridge.inside(() -> channel.config().setAutoRead(!paused));
    }
  }

  private void free(boolean reusable) {
    if (reusable) {
      if (!channel.config().isAutoRead()) {
        bridge.inside(() -> channel.config().setAutoRead(true)); // to see the server close it
      }
    } else {
      bridge.close(channel);
    }
    if (whenFree != null) {
      whenFree.accept(this, reusable);
    }
  }

  // ---- Netty's side ----

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    try {
      Exchange current = exchange;
      if (current == null) {
        channel.close(); // nobody has asked for this
        return;
      }
      if (message instanceof HttpResponse response) {
        onHead(current, response);
      }
      if (message instanceof HttpContent content && exchange == current) {
        onContent(current, content);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void onHead(Exchange current, HttpResponse response) {
    if (response.decoderResult().isFailure()) {
      Throwable cause = response.decoderResult().cause();
      fail(
          cause instanceof io.netty.handler.codec.PrematureChannelClosureException
              ? new ServerDisconnectedError(
                  "Server disconnected in the header of the response", null)
              : current.malformed("the response is malformed: " + cause.getMessage(), cause));
      return;
    }
    String violation =
        WireHeaders.violation(response.headers(), WireHeaders.size(response.headers()));
    if (violation != null) {
      fail(current.malformed(violation, null));
      return;
    }
    inInterim =
        response.status().codeClass() == HttpStatusClass.INFORMATIONAL
            && response.status().code() != 101;
    if (inInterim) {
      if (++interims > MAX_INTERIM) {
        fail(current.malformed("more than " + MAX_INTERIM + " interim responses", null));
      }
      return;
    }
    keepAlive = isKeptAlive(current, response);
    current.begin(response);
  }

  /// Whether the connection can carry another exchange after this response.
  private static boolean isKeptAlive(Exchange current, HttpMessage response) {
    String ours = current.request.headers().get("Connection");
    return HttpUtil.isKeepAlive(response)
        && !(ours != null && ours.equalsIgnoreCase("close"))
        && ((HttpResponse) response).status().code() != 101;
  }

  private void onContent(Exchange current, HttpContent content) {
    boolean last = content instanceof LastHttpContent;
    if (content.decoderResult().isFailure()) {
      Throwable cause = content.decoderResult().cause();
      fail(
          new ClientPayloadError(
              "Response payload is not completed: "
                  + current.request.info().url()
                  + " sent a body that is malformed: "
                  + cause.getMessage(),
              cause));
      return;
    }
    if (inInterim) {
      inInterim = !last;
      return;
    }
    BodyStream body = current.body;
    if (body == null) {
      return;
    }
    body.feed(ByteBufUtil.getBytes(content.content()));
    if (last && exchange == current) {
      body.end();
      exchange = null;
      boolean sent = written != null && written.isSuccess();
      free(keepAlive && sent && channel.isActive() && !decoder.hasLeftover());
    }
  }

  /// The exchange under way, if any, ends with `cause`, and so does the connection.
  private void fail(ClientError cause) {
    Exchange current = exchange;
    if (current == null) {
      channel.close();
      return;
    }
    current.fail(cause);
    drop(current);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    Exchange current = exchange;
    if (current == null) {
      free(false);
    } else if (current.hasBegun()) {
      fail(
          new ClientPayloadError(
              "Response payload is not completed: "
                  + current.request.info().url()
                  + " closed the connection in the middle of the body",
              null));
    } else {
      fail(new ServerDisconnectedError("Server disconnected", null));
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    connectionFailed(cause);
  }

  private void connectionFailed(Throwable cause) {
    Exchange current = exchange;
    String message = String.valueOf(cause.getMessage());
    if (current != null && current.hasBegun()) {
      fail(
          new ClientPayloadError(
              "Response payload is not completed: " + current.request.info().url() + ": " + message,
              cause));
    } else if (cause instanceof java.nio.channels.ClosedChannelException) {
      fail(new ServerDisconnectedError("Server disconnected", cause));
    } else if (cause instanceof IOException) {
      fail(new ClientOSError(message, cause));
    } else {
      fail(new ClientConnectionError(message, cause));
    }
  }
}
