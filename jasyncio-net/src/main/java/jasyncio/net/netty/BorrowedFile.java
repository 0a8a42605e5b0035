package jasyncio.net.netty;

import io.netty.channel.DefaultFileRegion;
import java.nio.channels.FileChannel;

/// A part of a file that stays open when it has been sent.
final class BorrowedFile extends DefaultFileRegion {
  BorrowedFile(FileChannel file, long offset, long count) {
    super(file, offset, count);
  }

  @Override
  protected void deallocate() {}
}
