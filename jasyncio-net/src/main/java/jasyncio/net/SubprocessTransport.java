package jasyncio.net;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;

import jasyncio.CheckReturnValue;
import jasyncio.Context;
import jasyncio.Coroutine;
import jasyncio.EventLoop;
import jasyncio.ExceptionContext;
import jasyncio.Future;
import jasyncio.Signal;
import jasyncio.sync.Event;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A child process and the pipes to it, below a [Subprocess]. Made by [Subprocess#subprocessExec]
/// and [Subprocess#subprocessShell]; used on its loop.
///
/// Counterpart: `asyncio.SubprocessTransport`.
public final class SubprocessTransport implements BaseTransport {
  /*
   * Overview
   *
   *   new ------> running   started(): the protocol is told
   *   running --> exited    exited(): from the JDK, which has reaped the process by then
   *   exited ---> finished  all pipes have ended too: connectionLost, nothing is held any more
   *
   * Threads: one for each pipe that is used; it ends with its pipe. The one that reads stdout has
   * started the process before, so that nothing comes between. The JDK has one that waits for the
   * process.
   *
   * CPython: Lib/asyncio/base_subprocess.py, 3.14. Differences: (1) wait ends with the process, not
   * with its pipes; (2) stdin is closed when the process has ended and what was written is gone,
   * even if a process started by that one could still read; (3) a loop that is closed kills its
   * processes and says so, where CPython leaves that to the collector.
   */
  private static final System.Logger LOG = System.getLogger("jasyncio");

  private final EventLoop loop;

  /// That of the task that started the process: the protocol is told in it.
  private final Context context = Context.copyOfCurrent();

  private final String program;
  private final Runnable closeWithLoop = this::loopClosed;
  private final Future<@Nullable Void> made;
  private final Event exited = new Event();
  private SubprocessProtocol protocol;
  private @Nullable Process process;
  private @Nullable PipeWriter stdin;
  private @Nullable PipeReader stdout;
  private @Nullable PipeReader stderr;
  private int openPipes;

  /// Volatile: written by the thread that has started the process, read when the loop is closed.
  private volatile ProcessStart.@Nullable Launched launched;

  /// Volatile: written when the loop is closed, read by the thread that starts the process.
  private volatile boolean abandoned;

  private @Nullable Integer returncode;
  private boolean closed;
  private boolean killed;
  private boolean finished;

  SubprocessTransport(EventLoop loop, SubprocessProtocol protocol, String program) {
    this.loop = loop;
    this.protocol = protocol;
    this.program = program;
    this.made = loop.createFuture();
    exited.clear(); // so it is this loop's, whoever waits first
  }

  // ---- starting ----

  /// Starts the process, in the current task.
  void start(ProcessStart start) {
    loop.addCloseAction(closeWithLoop);
    start.begin(this);
    try {
      await(made);
    } catch (Throwable t) {
      close();
      throw t;
    }
  }

  /// From the thread that has started the process.
  ///
  /// @return false if the loop has been closed; then it is abandoned
  boolean launched(ProcessStart.Launched launched) {
    this.launched = launched;
    if (!abandoned && post(() -> started(launched))) {
      return true;
    }
    launched.abandon();
    return false;
  }

  private void started(ProcessStart.Launched launched) {
    process = launched.process();
    stdin = launched.stdin();
    stdout = launched.stdout();
    stderr = launched.stderr();
    openPipes = (stdin == null ? 0 : 1) + (stdout == null ? 0 : 1) + (stderr == null ? 0 : 1);
    if (closed) { // cancelled meanwhile
      closed = false;
      close();
      return;
    }
    tell("Exception in callback protocol.connection_made()", () -> protocol.connectionMade(this));
    if (stdout != null) {
      stdout.begin();
    }
    if (stderr != null) {
      stderr.begin();
    }
    made.trySetResult(null);
  }

  /// From the thread that has not: a callback of the loop.
  void notStarted(Throwable cause) {
    closed = true;
    finished = true;
    loop.removeCloseAction(closeWithLoop);
    made.trySetException(cause);
  }

  // ---- from the pipes ----

  void pipeData(int fd, java.nio.ByteBuffer data) {
    protocol.pipeDataReceived(fd, data);
  }

  void pipeLost(int fd, @Nullable Throwable cause) {
    openPipes--;
    try {
      protocol.pipeConnectionLost(fd, cause);
    } finally {
      finishIfDone();
    }
  }

  void pauseWriting() {
    tell("protocol.pause_writing() failed", protocol::pauseWriting);
  }

  void resumeWriting() {
    tell("protocol.resume_writing() failed", protocol::resumeWriting);
  }

  /// Runs `callback` on the loop, in the order of the calls; from any thread.
  ///
  /// @return false if the loop has been closed
  boolean post(Runnable callback) {
    return loop.tryPost(callback, context);
  }

  private void tell(String complaint, Runnable call) {
    loop.tell(
        call,
        failure ->
            loop.callExceptionHandler(
                ExceptionContext.of(complaint)
                    .withException(failure)
                    .with("protocol", protocol)
                    .with("transport", this)));
  }

  /// Runs `callback` on a later turn.
  void later(Runnable callback) {
    loop.callSoon(callback, context);
  }

  void checkThread(String operation) {
    loop.checkThread(this, operation);
  }

  // ---- the end ----

  /// From the JDK: a callback of the loop.
  void exited(int status) {
    returncode = ExitStatus.returncode(status);
    exited.set();
    try {
      protocol.processExited();
    } finally {
      if (stdin != null) {
        stdin.processExited();
      }
      finishIfDone();
    }
  }

  private void finishIfDone() {
    if (returncode != null && openPipes == 0 && !finished) {
      finished = true;
      closed = true;
      loop.removeCloseAction(closeWithLoop);
      later(() -> protocol.connectionLost(null));
    }
  }

  /// The loop has been closed over a process that runs, or is being started, or whose pipes are
  /// open.
  private void loopClosed() {
    boolean expected = closed || killed; // it is about to end
    closed = true;
    abandoned = true;
    ProcessStart.Launched open = launched;
    if (open == null) {
      return; // launched() will find out
    }
    if (!expected && open.process().isAlive()) {
      LOG.log(
          System.Logger.Level.WARNING,
          "The event loop was closed while a child process was running; it has been killed: "
              + this);
    }
    open.abandon();
  }

  /// Waits until the process has ended, whatever its pipes do.
  @CheckReturnValue
  Coroutine<Integer> exit() {
    return async(() -> {
      if (returncode == null) {
        await(exited.waitSet());
      }
      return Objects.requireNonNull(returncode);
    });
  }

  /// Closes the pipes, and kills the process if it still runs. The protocol's
  /// `connectionLost(null)` follows when it has ended. Does nothing the second time.
  @Override
  public void close() {
    checkThread("close");
    if (closed) {
      return;
    }
    closed = true;
    if (process == null) {
      return; // started() will come here again
    }
    if (stdin != null) {
      stdin.abort();
    }
    if (stdout != null) {
      stdout.close();
    }
    if (stderr != null) {
      stderr.close();
    }
    if (returncode == null) {
      process.toHandle().destroyForcibly();
    }
  }

  @Override
  public boolean isClosing() {
    return closed;
  }

  // ---- the process ----

  /// {@return the process's number}
  ///
  /// Counterpart: `get_pid()`.
  public long getPid() {
    return running().pid();
  }

  /// {@return the exit status of the process, or null while it runs}
  ///
  /// See [Subprocess#returncode()].
  public @Nullable Integer getReturncode() {
    return returncode;
  }

  /// The pipe to stdin (0, a [WriteTransport]), or from stdout (1) or stderr (2, a
  /// [ReadTransport]). Counterpart: `get_pipe_transport(fd)`.
  ///
  /// @param fd which
  /// @return the pipe, or null if there is none
  public @Nullable BaseTransport getPipeTransport(int fd) {
    return switch (fd) {
      case 0 -> stdin;
      case 1 -> stdout;
      case 2 -> stderr;
      default -> null;
    };
  }

  /// Sends a signal to the process. SIGTERM and SIGKILL are a system call; for others a shell is
  /// started, as the JDK knows no other way, and the loop waits for it, some 2 ms.
  ///
  /// @param signal which signal
  /// @throws ProcessLookupError if the process has ended
  /// @throws IllegalArgumentException if the system has no such signal
  public void sendSignal(Signal signal) {
    checkThread("sendSignal");
    Process target = running();
    if (returncode != null) {
      throw new ProcessLookupError(
          "process " + target.pid() + " has ended already, with return code " + returncode);
    }
    killed |= signal == Signal.SIGKILL;
    Signals.send(target, signal);
  }

  /// Asks the process to end: SIGTERM.
  ///
  /// @throws ProcessLookupError if it has ended
  public void terminate() {
    sendSignal(Signal.SIGTERM);
  }

  /// Ends the process at once: SIGKILL.
  ///
  /// @throws ProcessLookupError if it has ended
  public void kill() {
    sendSignal(Signal.SIGKILL);
  }

  private Process running() {
    Process known = process;
    if (known == null) {
      throw new ProcessLookupError("the process of " + program + " has not been started");
    }
    return known;
  }

  // ---- looking at it ----

  @Override
  public void setProtocol(BaseProtocol protocol) {
    if (!(protocol instanceof SubprocessProtocol other)) {
      throw new IllegalArgumentException(
          "a process tells a SubprocessProtocol, and " + protocol + " is none");
    }
    this.protocol = other;
  }

  @Override
  public SubprocessProtocol getProtocol() {
    return protocol;
  }

  /// What the process is to the JDK, a [Process], as `subprocess`. Its streams are used already.
  @Override
  public @Nullable Object getExtraInfo(String name) {
    return name.equals("subprocess") ? process : null;
  }

  @Override
  public String toString() {
    return "<SubprocessTransport "
        + program
        + (closed ? " closed" : "")
        + (process == null ? " not started" : " pid=" + process.pid())
        + (returncode != null ? " returncode=" + returncode : process == null ? "" : " running")
        + (stdin == null ? "" : " stdin=" + stdin)
        + (stdout == null ? "" : " stdout=" + stdout)
        + (stderr == null ? "" : " stderr=" + stderr)
        + ">";
  }
}
