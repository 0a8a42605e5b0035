package jasyncio.net;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// What a program does with a child process, without streams and without a task.
///
/// The order of the callbacks: `connectionMade` once; data, the ends of the pipes and
/// `processExited` in any order; `connectionLost` once, when the process has ended and so have all
/// its pipes. The number of a pipe is 0 for stdin, 1 for stdout, 2 for stderr.
///
/// Counterpart: `asyncio.SubprocessProtocol`.
public interface SubprocessProtocol extends BaseProtocol {
  /// The process runs.
  ///
  /// @param transport the process
  default void connectionMade(SubprocessTransport transport) {}

  /// The process has written something.
  ///
  /// @param fd 1 or 2
  /// @param data valid until the method returns
  default void pipeDataReceived(int fd, ByteBuffer data) {}

  /// A pipe has ended.
  ///
  /// @param fd 0, 1 or 2
  /// @param cause null for its end, or a close of ours
  default void pipeConnectionLost(int fd, @Nullable Throwable cause) {}

  /// The process has ended: see [SubprocessTransport#getReturncode()]. There may be data left in
  /// its pipes.
  default void processExited() {}
}
