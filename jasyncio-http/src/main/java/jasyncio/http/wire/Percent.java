package jasyncio.http.wire;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Percent-encoding of the parts of a URL, in UTF-8.
public final class Percent {
  private static final String UNRESERVED = "-._~";
  private static final String SUB_DELIMITERS = "!$&'()*+,;=";

  /// What may stand as it is in a path.
  public static final String PATH = UNRESERVED + SUB_DELIMITERS + ":@/";

  /// What may stand as it is in a query or a fragment.
  public static final String QUERY = PATH + "?";

  /// What may stand as it is in a name or value of a query.
  public static final String QUERY_FIELD = UNRESERVED + "!$'()*,:@/?";

  private static final String HEX = "0123456789ABCDEF";

  private Percent() {}

  /// Encodes what is neither a letter, a digit, nor in `allowed`. What looks encoded already is
  /// left so.
  ///
  /// @param text the text
  /// @param allowed characters to leave as they are
  /// @return the text
  public static String requote(String text, String allowed) {
    return quote(text, allowed, true);
  }

  /// Encodes what is neither a letter, a digit, nor in `allowed`; the percent sign too.
  ///
  /// @param text the text
  /// @param allowed characters to leave as they are
  /// @return the text
  public static String quote(String text, String allowed) {
    return quote(text, allowed, false);
  }

  private static boolean isQuoted(String text, String allowed) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!isAlphanumeric(c) && (c >= 0x80 || allowed.indexOf(c) < 0)) {
        return false;
      }
    }
    return true;
  }

  private static String quote(String text, String allowed, boolean keepEncoded) {
    if (isQuoted(text, allowed)) {
      return text;
    }
    StringBuilder quoted = new StringBuilder(text.length() + 16);
    for (int at = 0; at < text.length(); ) {
      int c = text.codePointAt(at);
      if (isAlphanumeric(c) || (c < 0x80 && allowed.indexOf(c) >= 0)) {
        quoted.append((char) c);
      } else if (c == '%' && keepEncoded && isEncodedAt(text, at)) {
        quoted.append('%');
      } else {
        for (byte b : Character.toString(c).getBytes(StandardCharsets.UTF_8)) {
          quoted.append('%').append(HEX.charAt((b >> 4) & 15)).append(HEX.charAt(b & 15));
        }
      }
      at += Character.charCount(c);
    }
    return quoted.toString();
  }

  /// Decodes; what is not a valid code stays as it is.
  ///
  /// @param text the text
  /// @param plusIsSpace whether `+` stands for a space, as in queries
  /// @return the text
  public static String decode(String text, boolean plusIsSpace) {
    if (text.indexOf('%') < 0 && !(plusIsSpace && text.indexOf('+') >= 0)) {
      return text;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
    for (int at = 0; at < text.length(); ) {
      int c = text.codePointAt(at);
      if (c == '%' && isEncodedAt(text, at)) {
        bytes.write(Integer.parseInt(text, at + 1, at + 3, 16));
        at += 3;
      } else if (c == '+' && plusIsSpace) {
        bytes.write(' ');
        at++;
      } else {
        bytes.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
        at += Character.charCount(c);
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static boolean isAlphanumeric(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  private static boolean isEncodedAt(String text, int at) {
    return at + 2 < text.length()
        && Character.digit(text.charAt(at + 1), 16) >= 0
        && Character.digit(text.charAt(at + 2), 16) >= 0
        && text.charAt(at + 1) < 0x80
        && text.charAt(at + 2) < 0x80;
  }
}
