package jasyncio.http.server;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.util.AsciiString;
import jasyncio.http.wire.WireHeaders;

/// Netty's decoder, stricter: a length is given once, whatever the protocol's version, and the
/// protocol's name is in capitals (RFC 9112, 2.3).
///
/// For HTTP/1.0 Netty takes the first of several lengths, and leaves no trace of the others.
/// Whoever sits before this server may have taken the last: then what one takes for a body is the
/// next request for the other.
final class RequestDecoder extends HttpRequestDecoder {
  private int lengths;

  RequestDecoder() {
    super(WireHeaders.decoderConfig(true));
  }

  @Override
  protected HttpMessage createMessage(String[] initialLine) throws Exception {
    lengths = 0;
    if (!initialLine[2].startsWith("HTTP/")) {
      throw new IllegalArgumentException("Bad HTTP version " + initialLine[2]);
    }
    return super.createMessage(initialLine);
  }

  @Override
  protected AsciiString splitHeaderName(byte[] line, int start, int length) {
    AsciiString name = super.splitHeaderName(line, start, length);
    if (HttpHeaderNames.CONTENT_LENGTH.contentEqualsIgnoreCase(name)) {
      lengths++;
    }
    return name;
  }

  @Override
  protected boolean isContentAlwaysEmpty(HttpMessage message) {
    if (lengths > 1) { // thrown between header and body: makes it a message that failed to decode
      throw new IllegalArgumentException("Duplicate 'Content-Length' header found.");
    }
    return super.isContentAlwaysEmpty(message);
  }
}
