package jasyncio.net;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The end of a pipe that is written: what is the same whoever does the writing.
interface WriteEnd extends WriteTransport, FlowControl.Owner {
  FlowControl flow();

  @Override
  default void write(byte[] data, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, data.length);
    write(ByteBuffer.wrap(data, offset, length));
  }

  /// Ends a pipe altogether: it has one direction.
  @Override
  default void writeEof() {
    close();
  }

  @Override
  default boolean canWriteEof() {
    return true;
  }

  @Override
  default long getWriteBufferSize() {
    return flow().pending();
  }

  @Override
  default WriteBufferLimits getWriteBufferLimits() {
    return flow().limits();
  }

  @Override
  default void setWriteBufferLimits(@Nullable Long high, @Nullable Long low) {
    flow().setLimits(high, low);
  }
}
