package jasyncio.net.netty;

import io.netty.channel.unix.Errors.NativeIoException;
import java.io.IOException;
import java.nio.channels.DatagramChannel;
import java.util.List;

/// Whose matter it is that a connection could not be accepted.
enum AcceptError {
  /// The client's, who has gone before it was its turn.
  GONE,
  /// Nobody's but this connection's.
  OF_ONE_CONNECTION,
  /// The system's, which has no descriptor or no memory.
  SHORTAGE;

  /// Of Linux and of the BSDs, where they differ.
  private static final List<Integer> ABORTED = List.of(103, 53);

  /// ENOMEM, ENFILE, EMFILE, and both ENOBUFS.
  private static final List<Integer> SHORTAGES = List.of(12, 23, 24, 105, 55);

  private static final List<String> WORDS =
      List.of("Too many open files", "No buffer space available", "Cannot allocate memory");

  static AcceptError of(Throwable cause) {
    if (cause instanceof NativeIoException numbered) {
      int number = -numbered.expectedErr();
      return SHORTAGES.contains(number)
          ? SHORTAGE
          : ABORTED.contains(number) ? GONE : OF_ONE_CONNECTION;
    }
    String text = String.valueOf(cause.getMessage());
    if (WORDS.stream().anyMatch(text::contains)) {
      return SHORTAGE;
    }
    if (text.contains("connection abort")) {
      return GONE;
    }
    return hasDescriptor() ? OF_ONE_CONNECTION : SHORTAGE;
  }

  /// The JDK hands on the system's words, which may be of any language: so the system is asked.
  private static boolean hasDescriptor() {
    try (DatagramChannel _ = DatagramChannel.open()) {
      return true;
    } catch (IOException _) {
      return false;
    }
  }
}
