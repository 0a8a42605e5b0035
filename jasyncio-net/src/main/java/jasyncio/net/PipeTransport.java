package jasyncio.net;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.getRunningLoop;

import jasyncio.EventLoop;
import jasyncio.ExceptionContext;
import jasyncio.Future;
import org.jspecify.annotations.Nullable;

/// One end of a pipe, given by the program: what all of them have in common.
///
/// Everything here runs on the loop.
abstract class PipeTransport implements Transport {
  final EventLoop loop = getRunningLoop();
  private ConnectionProtocol protocol;
  boolean closing;
  private boolean lost;

  PipeTransport(ConnectionProtocol protocol) {
    this.protocol = protocol;
  }

  /// Tells the protocol of the pipe; an await that fails closes it.
  static <P extends ConnectionProtocol> Endpoint<Transport, P> begin(
      PipeTransport transport, P protocol) {
    try {
      await(transport.begin());
    } catch (Throwable t) {
      transport.end(null);
      throw t;
    }
    return new Endpoint<>(transport, protocol);
  }

  /// Tells the protocol of the pipe, in a callback.
  private Future<@Nullable Void> begin() {
    Future<@Nullable Void> made = loop.createFuture();
    loop.callSoon(() -> { // also if it is cancelled: then the end follows
      tell("connection_made()", () -> protocol.connectionMade(this));
      if (!closing) {
        start();
      }
      made.trySetResult(null);
    });
    return made;
  }

  /// Begins to read, if need be.
  void start() {}

  /// Lets go of the pipe, and runs `then` on the loop in a later turn.
  ///
  /// @param then tells the protocol
  abstract void release(Runnable then);

  /// What the program has given us.
  abstract Object pipe();

  /// Ends it; the protocol hears of it in a turn of its own.
  final void end(@Nullable Throwable cause) {
    closing = true;
    if (lost) {
      return;
    }
    lost = true;
    release(() -> protocol.connectionLost(cause));
  }

  /// Runs a callback of the protocol; what it throws ends the pipe.
  final void tell(String name, Runnable call) {
    loop.tell(call, failure -> fail("Fatal error: protocol." + name + " call failed.", failure));
  }

  private void fail(String message, Throwable cause) {
    report(message, cause);
    end(cause);
  }

  private void report(String message, Throwable cause) {
    loop.callExceptionHandler(
        ExceptionContext.of(message)
            .withException(cause)
            .with("transport", this)
            .with("protocol", protocol));
  }

  /// For an end that is written: tells the protocol. What that throws is reported, no more.
  public final void pauseWriting() {
    loop.tell(
        () -> protocol.pauseWriting(),
        failure -> report("protocol.pause_writing() failed", failure));
  }

  /// For an end that is written.
  final void tellResumed(FlowControl flow) {
    if (flow.takeResume()) {
      loop.tell(
          () -> protocol.resumeWriting(),
          failure -> report("protocol.resume_writing() failed", failure));
    }
  }

  final void checkThread(String operation) {
    loop.checkThread(this, operation);
  }

  final ConnectionProtocol protocol() {
    return protocol;
  }

  // ---- what both ends can do ----

  @Override
  public final void abort() {
    end(null);
  }

  @Override
  public final boolean isClosing() {
    return closing;
  }

  @Override
  public final void setProtocol(BaseProtocol protocol) {
    if (!(protocol instanceof ConnectionProtocol wanted)) {
      throw new IllegalArgumentException(
          "a pipe needs a Protocol or a BufferedProtocol, got " + protocol);
    }
    this.protocol = wanted;
  }

  @Override
  public final BaseProtocol getProtocol() {
    return protocol;
  }

  @Override
  public final @Nullable Object getExtraInfo(String name) {
    return name.equals("pipe") ? pipe() : null;
  }

  @Override
  public final String toString() {
    return "<"
        + getClass().getSimpleName()
        + " "
        + pipe()
        + (lost ? " closed" : closing ? " closing" : "")
        + ">";
  }

  // ---- what only the end that is read can ----

  final UnsupportedOperationException wrongEnd(String operation) {
    return new UnsupportedOperationException(
        operation + " is for the other end of a pipe, not for " + this);
  }

  @Override
  public boolean isReading() {
    return false;
  }

  @Override
  public void pauseReading() {
    throw wrongEnd("pauseReading");
  }

  @Override
  public void resumeReading() {
    throw wrongEnd("resumeReading");
  }
}
