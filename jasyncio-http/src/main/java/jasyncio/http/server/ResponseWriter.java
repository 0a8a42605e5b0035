package jasyncio.http.server;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.toThread;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import jasyncio.http.Headers;
import jasyncio.http.wire.WireHeaders;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/// Makes what is sent of a [Response]: compressed if wanted, with length, date and the rest.
final class ResponseWriter {
  /// Compressing more than this holds up the loop: some 10 ms.
  private static final int MAX_COMPRESSED_ON_LOOP = 256 * 1024;

  private static final String SERVER = "jasyncio/0.1";

  private final HttpDate date = new HttpDate();

  /// Makes it; suspends only to compress a large body.
  ///
  /// @param keepAlive whether the connection stays
  FullHttpResponse toNetty(Response response, Incoming request, boolean keepAlive) {
    byte[] body = response.hasNoBody() ? new byte[0] : response.encoded();
    Headers headers = response.headers();
    if (response.mayCompress() && body.length > 0) {
      headers = headers.withDefault("Vary", "Accept-Encoding");
      if (acceptsGzip(request.headers())) {
        body = compress(body);
        headers = headers.with("Content-Encoding", "gzip");
      }
    }
    if (!response.hasNoBody()) {
      headers = headers.with("Content-Length", Integer.toString(body.length));
    }
    headers = headers.withDefault("Date", date.now()).withDefault("Server", SERVER);
    boolean isHttp10 = request.version().equals("HTTP/1.0");
    if (!keepAlive) {
      headers = headers.with("Connection", "close");
    } else if (isHttp10) {
      headers = headers.with("Connection", "keep-alive");
    }
    boolean isHead = request.method().equals("HEAD");
    return new DefaultFullHttpResponse(
        HttpVersion.HTTP_1_1,
        new HttpResponseStatus(response.status(), response.reason()),
        isHead ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(body),
        WireHeaders.toNetty(headers),
        DefaultHttpHeadersFactory.trailersFactory().newEmptyHeaders());
  }

  private static byte[] compress(byte[] body) {
    return body.length <= MAX_COMPRESSED_ON_LOOP ? gzip(body) : await(toThread(() -> gzip(body)));
  }

  private static byte[] gzip(byte[] body) {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream(body.length / 2 + 32);
    try (GZIPOutputStream gzip = new GZIPOutputStream(compressed)) {
      gzip.write(body);
    } catch (IOException e) {
      throw new AssertionError(e); // it writes to memory
    }
    return compressed.toByteArray();
  }

  /// Whether the client takes gzip: it is named, with a weight above zero.
  static boolean acceptsGzip(Headers headers) {
    @Nullable String weightOfAll = null;
    for (String value : headers.getAll("Accept-Encoding")) {
      for (String part : value.split(",", -1)) {
        String[] codingAndWeight = part.strip().toLowerCase(Locale.ROOT).split(";", 2);
        String coding = codingAndWeight[0].strip();
        String weight = codingAndWeight.length == 1 ? "" : codingAndWeight[1].strip();
        if (coding.equals("gzip") || coding.equals("x-gzip")) {
          return isPositive(weight);
        }
        if (coding.equals("*")) {
          weightOfAll = weight;
        }
      }
    }
    return weightOfAll != null && isPositive(weightOfAll);
  }

  private static boolean isPositive(String weight) {
    return !weight.replace(" ", "").matches("q=0(\\.0*)?");
  }
}
