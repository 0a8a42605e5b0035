package jasyncio.net;

import jasyncio.Context;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Between a process and its streams. Counterpart: `SubprocessStreamProtocol`.
final class SubprocessStreams implements SubprocessProtocol {
  private final int limit;
  private @Nullable SubprocessTransport transport;
  private @Nullable StreamWriter stdin;
  private @Nullable StreamReader stdout;
  private @Nullable StreamReader stderr;

  /// What holds those who wait for stdin. It is never fed.
  private final StreamReaderProtocol input;

  /// Of the pipe that is written to.
  private final StreamReader unused;

  private int openReaders;
  private boolean exited;

  SubprocessStreams(int limit) {
    this.limit = limit;
    this.unused = StreamReader.create(limit);
    this.input = new StreamReaderProtocol(unused, null, Context.copyOfCurrent());
  }

  @Nullable StreamWriter stdin() {
    return stdin;
  }

  @Nullable StreamReader stdout() {
    return stdout;
  }

  @Nullable StreamReader stderr() {
    return stderr;
  }

  @Override
  public void connectionMade(SubprocessTransport transport) {
    this.transport = transport;
    if (transport.getPipeTransport(0) instanceof PipeWriter pipe) {
      stdin = new StreamWriter(pipe, input, unused);
    }
    stdout = reader(transport.getPipeTransport(1));
    stderr = reader(transport.getPipeTransport(2));
  }

  private @Nullable StreamReader reader(@Nullable BaseTransport pipe) {
    if (!(pipe instanceof ReadTransport readable)) {
      return null;
    }
    openReaders++;
    StreamReader reader = StreamReader.create(limit);
    reader.setTransport(readable);
    return reader;
  }

  @Override
  public void pipeDataReceived(int fd, ByteBuffer data) {
    StreamReader reader = fd == 1 ? stdout : stderr;
    if (reader != null) {
      reader.feedData(data);
    }
  }

  @Override
  public void pipeConnectionLost(int fd, @Nullable Throwable cause) {
    if (fd == 0) {
      input.connectionLost(cause);
      return;
    }
    StreamReader reader = fd == 1 ? stdout : stderr;
    if (reader != null) {
      if (cause == null) {
        reader.feedEof();
      } else {
        reader.setException(cause);
      }
      openReaders--;
      closeIfDone();
    }
  }

  @Override
  public void processExited() {
    exited = true;
    closeIfDone();
  }

  private void closeIfDone() {
    if (exited && openReaders == 0 && transport != null) {
      transport.close();
    }
  }

  @Override
  public void pauseWriting() {
    input.pauseWriting();
  }

  @Override
  public void resumeWriting() {
    input.resumeWriting();
  }
}
