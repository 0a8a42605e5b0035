package jasyncio.net;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import org.jspecify.annotations.Nullable;

/// Bytes that were read as text are none in the charset in question.
///
/// Java puts U+FFFD for such bytes; here they are refused, so that nothing is changed silently. The
/// bytes are in the error, and what comes after them can still be read.
///
/// Counterpart: `UnicodeDecodeError`.
public final class UnicodeDecodeError extends CharacterCodingException {
  private static final long serialVersionUID = 1;

  /// What [String#String(byte[], Charset)] puts where it cannot decode.
  private static final char REPLACEMENT = '\uFFFD';

  /// What went wrong, and the way out.
  private final String message;

  /// What could not be decoded.
  private final byte[] object;

  /// Where in it.
  private final int start;

  private UnicodeDecodeError(byte[] object, int start, Charset charset) {
    this.message =
        ("'%s' cannot decode byte 0x%02X at index %d of %d bytes."
                + " Name the right charset, or read bytes")
            .formatted(charset.name(), object[start], start, object.length);
    this.object = object;
    this.start = start;
  }

  @Override
  public String getMessage() {
    return message;
  }

  /// {@return the bytes; they have been taken from the reader} Counterpart:
  /// `UnicodeDecodeError.object`.
  public byte[] object() {
    return object.clone();
  }

  /// {@return the index of the first byte that cannot be decoded}
  public int start() {
    return start;
  }

  /// {@return the bytes as text} Counterpart: `bytes.decode(charset)`.
  ///
  /// @param bytes what to decode
  /// @param charset by which
  /// @throws UnicodeDecodeError if that is not possible
  public static String decode(byte[] bytes, Charset charset) throws UnicodeDecodeError {
    return decode(bytes, bytes.length, charset);
  }

  /// {@return a line as text, without the `\n` or `\r\n` at its end; null for no bytes, which is
  /// the end of a stream} As [StreamReader#readLine(Charset)] decodes it.
  ///
  /// @param line its bytes
  /// @param charset by which
  /// @throws UnicodeDecodeError if that is not possible
  public static @Nullable String decodeLine(byte[] line, Charset charset)
      throws UnicodeDecodeError {
    int end = line.length;
    if (end == 0) {
      return null;
    }
    if (line[end - 1] == '\n') {
      end--;
      if (end > 0 && line[end - 1] == '\r') {
        end--;
      }
    }
    return decode(line, end, charset);
  }

  private static String decode(byte[] bytes, int length, Charset charset)
      throws UnicodeDecodeError {
    String text = new String(bytes, 0, length, charset);
    if (text.indexOf(REPLACEMENT) >= 0) { // rare: one that was sent, or one that was put
      check(bytes, length, charset);
    }
    return text;
  }

  private static void check(byte[] bytes, int length, Charset charset) throws UnicodeDecodeError {
    CharsetDecoder decoder = charset.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(bytes, 0, length);
    CharBuffer out =
        CharBuffer.allocate((int) Math.ceil(length * (double) decoder.maxCharsPerByte()));
    CoderResult result = decoder.decode(in, out, true);
    if (result.isError()) {
      throw new UnicodeDecodeError(bytes.clone(), in.position(), charset);
    }
  }
}
