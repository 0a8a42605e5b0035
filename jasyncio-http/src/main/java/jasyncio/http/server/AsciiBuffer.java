package jasyncio.http.server;

import java.util.Arrays;

/// Bytes of a response's head; filled and emptied again for one response after the other.
///
/// What is added has been checked: it holds Latin-1 only, and no line breaks.
final class AsciiBuffer {
  private static final int USUAL = 1024;

  /// Kept for the next response; a longer one is given back.
  private static final int MAX_KEPT = 64 * 1024;

  private byte[] bytes = new byte[USUAL];
  private int length;

  void clear() {
    length = 0;
    if (bytes.length > MAX_KEPT) {
      bytes = new byte[USUAL];
    }
  }

  byte[] bytes() {
    return bytes;
  }

  /// How many of [#bytes()] are in use.
  int length() {
    return length;
  }

  void add(byte[] added) {
    reserve(added.length);
    System.arraycopy(added, 0, bytes, length, added.length);
    length += added.length;
  }

  @SuppressWarnings("deprecation") // it drops the upper halves of characters, which are zero
  void add(String latin1) {
    int n = latin1.length();
    reserve(n);
    latin1.getBytes(0, n, bytes, length);
    length += n;
  }

  /// Adds a number that is not negative, in decimal digits.
  void add(int number) {
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

  void addField(String name, String value) {
    add(name);
    addPair(':', ' ');
    add(value);
    endLine();
  }

  void endLine() {
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
