package jasyncio.net.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.RecvByteBufAllocator.DelegatingHandle;
import io.netty.channel.RecvByteBufAllocator.ExtendedHandle;
import io.netty.channel.unix.FileDescriptor;
import io.netty.channel.unix.UnixChannel;
import io.netty.util.UncheckedBooleanSupplier;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Fills the room of a buffered protocol straight from the socket.
///
/// Netty reads while it polls, when no code of the program may run, so it cannot ask for room. Here
/// it is made to read a little, once; that is copied to the room, and what has not been read yet
/// follows by a read of our own, in the protocol's turn.
final class RoomReader extends DelegatingHandle implements ExtendedHandle {
  /// The package whose channels this works with. Its classes may be missing.
  private static final String EPOLL = "io.netty.channel.epoll";

  /// What Netty reads: all of a small message, which then needs no second system call.
  private static final int FIRST_READ = 2048;

  /// How much is read at once for room that is not direct memory.
  private static final int PASSING_ROOM = 64 * 1024;

  private final Channel channel;
  private final ExtendedHandle handle;
  private final BooleanSupplier wanted;
  private boolean firstRead;
  private boolean more;

  private RoomReader(Channel channel, ExtendedHandle handle, BooleanSupplier wanted) {
    super(handle);
    this.channel = channel;
    this.handle = handle;
    this.wanted = wanted;
  }

  /// Has an effect on a channel that has not read yet. On another one [#fill] reads nothing.
  ///
  /// @param wanted whether the next read is for a buffered protocol, and not for TLS
  /// @return null if only Netty can read from such a channel
  static @Nullable RoomReader install(Channel channel, BooleanSupplier wanted) {
    if (!channel.getClass().getPackageName().equals(EPOLL)) {
      return null;
    }
    RecvByteBufAllocator allocator = channel.config().getRecvByteBufAllocator();
    RoomReader reader = new RoomReader(channel, (ExtendedHandle) allocator.newHandle(), wanted);
    channel.config().setRecvByteBufAllocator(() -> reader);
    return reader;
  }

  @Override
  public ByteBuf allocate(ByteBufAllocator alloc) {
    firstRead = wanted.getAsBoolean();
    return firstRead ? alloc.directBuffer(FIRST_READ) : super.allocate(alloc);
  }

  @Override
  public void lastBytesRead(int bytes) {
    more = firstRead && bytes == FIRST_READ;
    super.lastBytesRead(bytes);
  }

  @Override
  public boolean continueReading() {
    return !firstRead && handle.continueReading();
  }

  @Override
  public boolean continueReading(UncheckedBooleanSupplier maybeMoreData) {
    return !firstRead && handle.continueReading(maybeMoreData);
  }

  /// Reads what follows the piece that Netty has read last, if that was not all. The end of the
  /// input is left to Netty, which meets it again.
  ///
  /// @param room is filled from its position on, which moves
  void fill(ByteBuffer room) throws IOException {
    if (!more || !room.hasRemaining() || !channel.isOpen()) {
      return;
    }
    more = false;
    FileDescriptor socket = ((UnixChannel) channel).fd();
    if (room.isDirect()) {
      int count = Math.max(socket.read(room, room.position(), room.limit()), 0);
      room.position(room.position() + count);
      return;
    }
    int size = Math.min(room.remaining(), PASSING_ROOM);
    ByteBuf passing = channel.alloc().directBuffer(size);
    try {
      ByteBuffer direct = passing.nioBuffer(0, size);
      int count = Math.max(socket.read(direct, 0, size), 0);
      room.put(direct.limit(count));
    } finally {
      passing.release();
    }
  }
}
