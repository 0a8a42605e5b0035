package jasyncio.http.wire;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;

/// Bytes of a message's head; filled and emptied again for one message after the other.
///
/// What is added has been checked: it holds Latin-1 only, and no line breaks.
public final class AsciiBuffer {
  private static final int USUAL = 1024;

  /// Kept for the next message; a longer one is given back.
  private static final int MAX_KEPT = 64 * 1024;

  private byte[] bytes = new byte[USUAL];
  private int length;

  /// An empty one.
  public AsciiBuffer() {}

  /// Makes it empty again.
  public void clear() {
    length = 0;
    if (bytes.length > MAX_KEPT) {
      bytes = new byte[USUAL];
    }
  }

  /// {@return how many bytes have been added}
  public int length() {
    return length;
  }

  /// Appends what is here to a buffer of Netty.
  ///
  /// @param target the buffer
  public void writeTo(ByteBuf target) {
    target.writeBytes(bytes, 0, length);
  }

  /// Adds bytes.
  ///
  /// @param added the bytes
  public void add(byte[] added) {
    reserve(added.length);
    System.arraycopy(added, 0, bytes, length, added.length);
    length += added.length;
  }

  /// Adds text.
  ///
  /// @param latin1 the text
  @SuppressWarnings("deprecation") // it drops the upper halves of characters, which are zero
  public void add(String latin1) {
    int n = latin1.length();
    reserve(n);
    latin1.getBytes(0, n, bytes, length);
    length += n;
  }

  /// Adds a number in decimal digits.
  ///
  /// @param number not negative
  public void add(int number) {
    int digits = 1;
    for (int rest = number; rest >= 10; rest /= 10) {
      digits++;
    }
    reserve(digits);
    length += digits;
    int at = length;
    int rest = number;
    do {
      bytes[--at] = (byte) ('0' + rest % 10);
      rest /= 10;
    } while (rest > 0);
  }

  /// Adds a line with a header field.
  ///
  /// @param name its name
  /// @param value its value
  public void addField(String name, String value) {
    add(name);
    addPair(':', ' ');
    add(value);
    endLine();
  }

  /// Adds the end of a line.
  public void endLine() {
    addPair('\r', '\n');
  }

  private void addPair(char first, char second) {
    reserve(2);
    bytes[length++] = (byte) first;
    bytes[length++] = (byte) second;
  }

  private void reserve(int n) {
    if (n > bytes.length - length) {
      bytes = Arrays.copyOf(bytes, Math.max(length + n, 2 * bytes.length));
    }
  }
}
