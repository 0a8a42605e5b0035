package jasyncio.net;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// Bytes in order of arrival: added at the end, taken from the front.
final class ByteQueue {
  /*
   * Overview
   *
   * One array, of which [start, end) is in use. Data moves to the front when the end is reached and
   * at least half is free, else the array doubles. An empty queue keeps no large array, so that an
   * idle connection costs little.
   */
  private static final byte[] NOTHING = {};
  private static final int KEEP_CAPACITY = 4096;
  private static final int FIRST_CAPACITY = 512;

  private byte[] bytes = NOTHING;
  private int start;
  private int end;

  ByteQueue() {}

  int size() {
    return end - start;
  }

  boolean isEmpty() {
    return start == end;
  }

  void add(ByteBuffer data) {
    int length = data.remaining();
    reserve(length);
    data.get(bytes, end, length);
    end += length;
  }

  private void reserve(int length) {
    int size = size();
    if (bytes.length - end >= length) {
      return;
    }
    int needed = Math.addExact(size, length);
    if (needed <= bytes.length / 2) {
      System.arraycopy(bytes, start, bytes, 0, size);
    } else {
      int doubled = (int) Math.min(2L * bytes.length, Integer.MAX_VALUE - 8);
      byte[] larger = new byte[Math.max(Math.max(needed, doubled), FIRST_CAPACITY)];
      System.arraycopy(bytes, start, larger, 0, size);
      bytes = larger;
    }
    start = 0;
    end = size;
  }

  /// Takes `n` bytes, or all if there are fewer.
  byte[] take(int n) {
    int count = Math.min(n, size());
    byte[] taken = Arrays.copyOfRange(bytes, start, start + count);
    skip(count);
    return taken;
  }

  /// Drops `n` bytes.
  void skip(int n) {
    start += n;
    if (start == end) {
      start = 0;
      end = 0;
      if (bytes.length > KEEP_CAPACITY) {
        bytes = NOTHING;
      }
    }
  }

  void clear() {
    skip(size());
  }

  /// Puts bytes back to the front.
  void putBack(byte[] data) {
    byte[] rest = take(size());
    add(ByteBuffer.wrap(data));
    add(ByteBuffer.wrap(rest));
  }

  /// Where `wanted` begins, counted from the front, at or after `from`; -1 if it does not occur.
  int indexOf(byte[] wanted, int from) {
    byte first = wanted[0];
    int last = end - wanted.length;
    for (int i = start + from; i <= last; i++) {
      if (bytes[i] == first && matches(wanted, i)) {
        return i - start;
      }
    }
    return -1;
  }

  /// Whether `wanted` stands at `position`, counted from the front.
  boolean startsWith(byte[] wanted, int position) {
    return size() - position >= wanted.length && matches(wanted, start + position);
  }

  private boolean matches(byte[] wanted, int at) {
    return Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length);
  }
}
