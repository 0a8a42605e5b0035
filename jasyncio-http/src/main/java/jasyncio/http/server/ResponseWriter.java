package jasyncio.http.server;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.toThread;

import io.netty.handler.codec.http.HttpHeaderNames;
import jasyncio.EventLoop;
import jasyncio.http.Headers;
import jasyncio.http.wire.AsciiBuffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/// Sends a [Response]: compressed if wanted, with length, date and the rest.
final class ResponseWriter {
  /// Compressing more than this holds up the loop: some 10 ms.
  private static final int MAX_COMPRESSED_ON_LOOP = 256 * 1024;

  private static final byte[] VERSION = ascii("HTTP/1.1 ");
  private static final byte[] CONTENT_TYPE = ascii("Content-Type: ");
  private static final byte[] CHARSET = ascii("; charset=");
  private static final byte[] CONTENT_LENGTH = ascii("Content-Length: ");
  private static final byte[] DATE = ascii("Date: ");
  private static final byte[] SERVER = ascii("Server: jasyncio/0.1\r\n");
  private static final byte[] CLOSE = ascii("Connection: close\r\n");
  private static final byte[] KEEP_ALIVE = ascii("Connection: keep-alive\r\n");

  private final EventLoop loop;
  private final HttpDate date = new HttpDate();
  private final AsciiBuffer head = new AsciiBuffer();

  ResponseWriter(EventLoop loop) {
    this.loop = loop;
  }

  /// Sends it; suspends only to compress a large body.
  ///
  /// @param keepAlive whether the connection stays
  void write(Response response, Incoming request, boolean keepAlive, Output output) {
    byte[] body = response.encoded();
    boolean varies = response.mayCompress() && body.length > 0;
    boolean compressed =
        varies && acceptsGzip(request.fields().getAll(HttpHeaderNames.ACCEPT_ENCODING));
    if (compressed) {
      body = compress(body);
    }
    // from here on nothing suspends: the buffer is everybody's
    writeHead(response, varies, compressed, body.length);
    if (!keepAlive) {
      head.add(CLOSE);
    } else if (request.version().equals("HTTP/1.0")) {
      head.add(KEEP_ALIVE);
    }
    head.endLine();
    output.add(head);
    if (body.length > 0 && !request.method().equals("HEAD")) {
      output.addBody(body);
    }
  }

  private void writeHead(Response response, boolean varies, boolean compressed, int length) {
    head.clear();
    head.add(VERSION);
    head.add(response.status());
    head.add(" ");
    head.add(response.reason());
    head.endLine();
    Headers fields = response.ownHeaders();
    for (Headers.Field field : fields) {
      head.addField(field.name(), field.value());
    }
    String mimeType = response.mimeType();
    if (mimeType != null) {
      head.add(CONTENT_TYPE);
      head.add(mimeType);
      String charset = response.charsetName();
      if (charset != null) {
        head.add(CHARSET);
        head.add(charset);
      }
      head.endLine();
    }
    if (varies && !fields.contains("Vary")) {
      head.addField("Vary", "Accept-Encoding");
    }
    if (compressed) {
      head.addField("Content-Encoding", "gzip");
    }
    if (response.hasLength()) {
      head.add(CONTENT_LENGTH);
      head.add(length);
      head.endLine();
    }
    if (!fields.contains("Date")) {
      head.add(DATE);
      head.add(date.inTurn(loop.turn()));
      head.endLine();
    }
    if (!fields.contains("Server")) {
      head.add(SERVER);
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
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
  ///
  /// @param accepted the values of `Accept-Encoding`
  static boolean acceptsGzip(List<String> accepted) {
    @Nullable String weightOfAll = null;
    for (String value : accepted) {
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
