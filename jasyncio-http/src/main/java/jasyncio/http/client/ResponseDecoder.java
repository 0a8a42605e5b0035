package jasyncio.http.client;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.HttpStatusClass;
import jasyncio.http.wire.WireHeaders;

/// Netty's decoder, which is told whether the response has a body, and tells what it has not used.
final class ResponseDecoder extends HttpResponseDecoder {
  private boolean answersHead;
  private boolean seenBytes;

  ResponseDecoder() {
    super(WireHeaders.decoderConfig(false));
  }

  /// A request has been sent.
  ///
  /// @param head whether it was HEAD, whose response has a length and no body
  void expectResponse(boolean head) {
    answersHead = head;
    seenBytes = false;
  }

  /// Whether anything at all has come in since the request.
  boolean hasSeenBytes() {
    return seenBytes;
  }

  /// Whether there is more than the response.
  boolean hasLeftover() {
    return actualReadableBytes() > 0;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object msg) throws Exception {
    seenBytes = true;
    super.channelRead(ctx, msg);
  }

  @Override
  protected boolean isContentAlwaysEmpty(HttpMessage message) {
    boolean interim =
        ((HttpResponse) message).status().codeClass() == HttpStatusClass.INFORMATIONAL;
    return (answersHead && !interim) || super.isContentAlwaysEmpty(message);
  }
}
