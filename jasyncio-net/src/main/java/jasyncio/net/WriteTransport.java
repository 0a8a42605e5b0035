package jasyncio.net;

import java.nio.ByteBuffer;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/// A transport one can send to. Counterpart: `asyncio.WriteTransport`.
public interface WriteTransport extends BaseTransport {
  /// Sends a copy of `data`, without waiting: what the system does not take now is sent later. What
  /// is written after [#close()] or after the connection was lost is dropped; the fifth time a
  /// warning says so.
  ///
  /// Does not suspend. What is written in one turn leaves together, at its end.
  ///
  /// @param data what to send
  /// @throws IllegalStateException after [#writeEof()], or on a thread that does not run the loop
  default void write(byte[] data) {
    write(data, 0, data.length);
  }

  /// Sends a copy of `length` bytes of `data`, from `offset` on.
  ///
  /// @param data what to send
  /// @param offset where it begins in `data`
  /// @param length how many bytes
  /// @throws IndexOutOfBoundsException if they are not all inside the array
  void write(byte[] data, int offset, int length);

  /// Sends a copy of what remains in `data`, whose position moves to its limit.
  ///
  /// @param data what to send
  void write(ByteBuffer data);

  /// Sends all of them, one after the other.
  ///
  /// @param data what to send, in this order
  default void writelines(Collection<byte[]> data) {
    data.forEach(this::write);
  }

  /// Ends our side once everything is sent; receiving goes on. Counterpart: `write_eof()`.
  ///
  /// @throws UnsupportedOperationException if [#canWriteEof()] is false
  void writeEof();

  /// {@return whether [#writeEof()] works: not with TLS, which cannot end one direction alone}
  boolean canWriteEof();

  /// Closes it at once; what is not sent is dropped. The protocol's `connectionLost(null)` follows
  /// on a later turn.
  void abort();

  /// {@return how many bytes wait to be sent}
  long getWriteBufferSize();

  /// {@return when the protocol is told to pause and to resume writing}
  WriteBufferLimits getWriteBufferLimits();

  /// Tells the protocol to pause when more than `high` bytes wait to be sent, and to resume when no
  /// more than `low` do.
  ///
  /// @param high null for four times `low`, or 64 KiB
  /// @param low null for a quarter of `high`
  /// @throws IllegalArgumentException unless `high >= low >= 0`
  void setWriteBufferLimits(@Nullable Long high, @Nullable Long low);

  /// The marks between which a transport's protocol is told to pause and to resume writing.
  ///
  /// @param low resume at or below so many bytes
  /// @param high pause above so many bytes
  record WriteBufferLimits(long low, long high) {
    /// 64 KiB, in bytes.
    public static final long DEFAULT_HIGH = 64 * 1024;

    /// {@return the marks that [#setWriteBufferLimits(Long, Long)] sets}
    ///
    /// @param high null for four times `low`, or 64 KiB
    /// @param low null for a quarter of `high`
    /// @throws IllegalArgumentException unless `high >= low >= 0`
    public static WriteBufferLimits of(@Nullable Long high, @Nullable Long low) {
      long newHigh = high != null ? high : low != null ? 4 * low : DEFAULT_HIGH;
      long newLow = low != null ? low : newHigh / 4;
      if (newHigh < newLow || newLow < 0) {
        throw new IllegalArgumentException(
            "high (" + newHigh + ") must be >= low (" + newLow + ") must be >= 0");
      }
      return new WriteBufferLimits(newLow, newHigh);
    }
  }
}
