package jasyncio.http;

import java.nio.charset.Charset;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a body is: the value of a `Content-Type` header.
///
/// Counterpart: the `content_type` and `charset` of aiohttp's requests and responses.
///
/// @param mimeType `type/subtype` in lower case
/// @param parameters the others, such as `charset` and `boundary`, with their names in lower case
public record ContentType(String mimeType, Map<String, String> parameters) {
  /// What a body is if nobody says.
  public static final ContentType OCTET_STREAM =
      new ContentType("application/octet-stream", Map.of());

  /// Copies the parameters.
  public ContentType {
    parameters = Map.copyOf(parameters);
  }

  /// Reads a header's value. Nothing is refused: what is no type counts as
  /// `application/octet-stream`, and parameters that make no sense are left out.
  ///
  /// @param value the value, or null
  /// @return the type
  public static ContentType parse(@Nullable String value) {
    if (value == null) {
      return OCTET_STREAM;
    }
    int end = value.indexOf(';');
    String type = (end < 0 ? value : value.substring(0, end)).strip().toLowerCase(Locale.ROOT);
    int slash = type.indexOf('/');
    if (slash <= 0 || slash == type.length() - 1 || type.indexOf(' ') >= 0) {
      type = OCTET_STREAM.mimeType;
    }
    return new ContentType(type, end < 0 ? Map.of() : parameters(value, end + 1));
  }

  /// {@return the character set, or null if none is named or it is not known here}
  public @Nullable Charset charset() {
    String name = parameters.get("charset");
    try {
      return name == null ? null : Charset.forName(name.strip());
    } catch (IllegalArgumentException _) {
      return null; // not a name, or not one that this JDK knows
    }
  }

  private static Map<String, String> parameters(String value, int start) {
    Map<String, String> parameters = new LinkedHashMap<>();
    int at = start;
    while (at < value.length()) {
      int equals = value.indexOf('=', at);
      int semicolon = value.indexOf(';', at);
      if (equals < 0) {
        break;
      }
      if (semicolon >= 0 && semicolon < equals) { // a parameter without a value
        at = semicolon + 1;
        continue;
      }
      String name = value.substring(at, equals).strip().toLowerCase(Locale.ROOT);
      StringBuilder text = new StringBuilder();
      at = readValue(value, equals + 1, text);
      if (!name.isEmpty()) {
        parameters.putIfAbsent(name, text.toString());
      }
    }
    return parameters;
  }

  /// Reads a token or a quoted string up to its semicolon, and returns the index after that.
  private static int readValue(String value, int start, StringBuilder text) {
    int at = start;
    while (at < value.length() && value.charAt(at) == ' ') {
      at++;
    }
    if (at < value.length() && value.charAt(at) == '"') {
      for (at++; at < value.length() && value.charAt(at) != '"'; at++) {
        if (value.charAt(at) == '\\' && at + 1 < value.length()) {
          at++;
        }
        text.append(value.charAt(at));
      }
      int semicolon = value.indexOf(';', at);
      return semicolon < 0 ? value.length() : semicolon + 1;
    }
    int semicolon = value.indexOf(';', at);
    int end = semicolon < 0 ? value.length() : semicolon;
    text.append(value.substring(at, end).strip());
    return semicolon < 0 ? end : end + 1;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(mimeType);
    parameters.forEach((name, value) -> {
      boolean quote = value.isEmpty() || value.chars().anyMatch(c -> " ;,\"\\=".indexOf(c) >= 0);
      text.append("; ").append(name).append('=');
      text.append(quote ? '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"' : value);
    });
    return text.toString();
  }
}
