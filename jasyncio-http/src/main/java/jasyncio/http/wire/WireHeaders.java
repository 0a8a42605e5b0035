package jasyncio.http.wire;

import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaders;
import jasyncio.http.Headers;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Header fields from Netty's form to ours, and their limits.
public final class WireHeaders {
  /// The longest request line or status line.
  private static final int MAX_LINE = 8190;

  /// The longest single field, name and value.
  private static final int MAX_FIELD = 8190;

  /// The most fields of a message.
  private static final int MAX_FIELDS = 128;

  /// All fields together; Netty stops here.
  private static final int MAX_BLOCK = 64 * 1024;

  /// The largest piece in which a body is handed on.
  private static final int MAX_PIECE = 64 * 1024;

  private WireHeaders() {}

  /// {@return how Netty is to decode; the rest is checked by [#violation(HttpHeaders, int)]}
  ///
  /// @param strict whether lines may end in a line feed alone, and lengths may be repeated: servers
  ///   are read leniently, clients are not
  public static HttpDecoderConfig decoderConfig(boolean strict) {
    return new HttpDecoderConfig()
        .setMaxInitialLineLength(MAX_LINE)
        .setMaxHeaderSize(MAX_BLOCK)
        .setMaxChunkSize(MAX_PIECE)
        .setValidateHeaders(true)
        .setStrictLineParsing(strict)
        .setUseRfc9112TransferEncoding(true)
        .setAllowDuplicateContentLengths(!strict);
  }

  /// {@return how many characters these fields have, names and values}
  ///
  /// @param headers Netty's
  public static int size(HttpHeaders headers) {
    int size = 0;
    Iterator<Map.Entry<CharSequence, CharSequence>> fields = headers.iteratorCharSequence();
    while (fields.hasNext()) {
      Map.Entry<CharSequence, CharSequence> field = fields.next();
      size += field.getKey().length() + field.getValue().length();
    }
    return size;
  }

  /// {@return which limit these fields exceed, in words, or null}
  ///
  /// @param headers Netty's
  /// @param size what [#size(HttpHeaders)] gave
  public static @Nullable String violation(HttpHeaders headers, int size) {
    if (headers.size() > MAX_FIELDS) {
      return "Too many headers: " + headers.size() + ", at most " + MAX_FIELDS;
    }
    return size > MAX_FIELD ? longField(headers) : null; // else none can be too long
  }

  private static @Nullable String longField(HttpHeaders headers) {
    for (Map.Entry<String, String> field : headers) {
      int length = field.getKey().length() + field.getValue().length();
      if (length > MAX_FIELD) {
        return "Got more than "
            + MAX_FIELD
            + " bytes when reading: the header "
            + shortened(field.getKey())
            + " has "
            + length;
      }
    }
    return null;
  }

  private static String shortened(String name) {
    return name.length() <= 64 ? name : name.substring(0, 64) + "...";
  }

  /// {@return a copy in our form}
  ///
  /// @param headers Netty's
  public static Headers of(HttpHeaders headers) {
    List<Headers.Field> fields = new ArrayList<>(headers.size());
    for (Map.Entry<String, String> field : headers) {
      fields.add(new Headers.Field(field.getKey(), field.getValue()));
    }
    return Headers.of(fields);
  }
}
