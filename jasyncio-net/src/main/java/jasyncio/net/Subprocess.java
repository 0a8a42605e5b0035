package jasyncio.net;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.gather;
import static jasyncio.Asyncio.getRunningLoop;

import jasyncio.CheckReturnValue;
import jasyncio.Coroutine;
import jasyncio.Signal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A child process, with streams where it was given pipes; and the functions that start one, for
/// `import static jasyncio.net.Subprocess.*`.
///
/// Used on its loop, by any number of tasks. A process that still runs when its loop is closed is
/// killed, and a warning says so. Whoever drops this object leaves the process running; end it with
/// [#kill()] in a `finally` block where it must not outlive its task.
///
/// Counterpart: `asyncio.subprocess`, its `Process`, and `asyncio.create_subprocess_exec`. It has
/// another name because every Java program knows `java.lang.Process`.
public final class Subprocess {
  /// A pipe to or from this program.
  public static final Stdio PIPE = Stdio.PIPE;

  /// For stderr: where stdout goes.
  public static final Stdio STDOUT = Stdio.STDOUT;

  /// Nothing: no input, and output that nobody sees.
  public static final Stdio DEVNULL = Stdio.DEVNULL;

  /// The stream of this program, such as its terminal. In Python: `None`.
  public static final Stdio INHERIT = Stdio.INHERIT;

  private final SubprocessTransport transport;
  private final SubprocessStreams streams;

  private Subprocess(SubprocessTransport transport, SubprocessStreams streams) {
    this.transport = transport;
    this.streams = streams;
  }

  // ---- starting ----

  /// Starts `program`, with the standard streams of this process.
  ///
  /// Suspends while the process is started. Cancelled meanwhile, it kills the process. Throws an
  /// [java.io.IOException] that names the program if there is none, or it may not be run.
  ///
  /// Counterpart: `asyncio.create_subprocess_exec`.
  ///
  /// @param program a path, or a name that is looked up in the folders of `PATH`
  /// @param arguments what it is given
  /// @return the process
  /// @throws IllegalArgumentException when awaited, if there is a null character in an argument
  @CheckReturnValue
  public static Coroutine<Subprocess> createSubprocessExec(String program, String... arguments) {
    List<String> command = new ArrayList<>(List.of(arguments));
    command.addFirst(program);
    return createSubprocessExec(command, SubprocessOptions.defaults());
  }

  /// The same, with pipes or files as standard streams, another folder, another environment.
  ///
  /// @param command the program and its arguments
  /// @param options the streams and the rest
  /// @return the process
  @CheckReturnValue
  public static Coroutine<Subprocess> createSubprocessExec(
      List<String> command, SubprocessOptions options) {
    return async(() -> {
      SubprocessStreams streams = new SubprocessStreams(options.limit());
      return new Subprocess(start(streams, command, options), streams);
    });
  }

  /// Runs `command` in a shell, `/bin/sh`, with the standard streams of this process. Nothing in it
  /// is escaped: never put text of others into it.
  ///
  /// Suspends, and may be cancelled, as [#createSubprocessExec(String, String...)]. Counterpart:
  /// `asyncio.create_subprocess_shell`.
  ///
  /// @param command what one would type
  /// @return the process of the shell
  @CheckReturnValue
  public static Coroutine<Subprocess> createSubprocessShell(String command) {
    return createSubprocessShell(command, SubprocessOptions.defaults());
  }

  /// The same, with pipes or files as standard streams, another folder, another environment.
  ///
  /// @param command what one would type
  /// @param options the streams and the rest
  /// @return the process of the shell
  @CheckReturnValue
  public static Coroutine<Subprocess> createSubprocessShell(
      String command, SubprocessOptions options) {
    return createSubprocessExec(ProcessStart.shell(command), options);
  }

  /// Starts a program and tells a protocol of it, without streams. In asyncio its standard streams
  /// are pipes unless it says otherwise: that is [SubprocessOptions#piped()].
  ///
  /// Suspends, and may be cancelled, as [#createSubprocessExec(String, String...)]. Counterpart:
  /// `loop.subprocess_exec`.
  ///
  /// @param <P> the type of the protocol
  /// @param protocolFactory makes the protocol, once, before the process is started
  /// @param command the program and its arguments
  /// @param options the streams and the rest; the limit is for streams only
  /// @return the process and the protocol
  @CheckReturnValue
  public static <P extends SubprocessProtocol>
      Coroutine<Endpoint<SubprocessTransport, P>> subprocessExec(
          Supplier<? extends P> protocolFactory, List<String> command, SubprocessOptions options) {
    return async(() -> {
      P protocol =
          Objects.requireNonNull(protocolFactory.get(), "the protocol factory returned null");
      return new Endpoint<>(start(protocol, command, options), protocol);
    });
  }

  /// Runs a command in a shell and tells a protocol of it, without streams.
  ///
  /// Suspends, and may be cancelled, as [#createSubprocessExec(String, String...)]. Counterpart:
  /// `loop.subprocess_shell`.
  ///
  /// @param <P> the type of the protocol
  /// @param protocolFactory makes the protocol, once, before the process is started
  /// @param command what one would type
  /// @param options the streams and the rest; the limit is for streams only
  /// @return the process of the shell, and the protocol
  @CheckReturnValue
  public static <P extends SubprocessProtocol>
      Coroutine<Endpoint<SubprocessTransport, P>> subprocessShell(
          Supplier<? extends P> protocolFactory, String command, SubprocessOptions options) {
    return subprocessExec(protocolFactory, ProcessStart.shell(command), options);
  }

  private static SubprocessTransport start(
      SubprocessProtocol protocol, List<String> command, SubprocessOptions options) {
    ProcessStart start = new ProcessStart(command, options);
    SubprocessTransport transport =
        new SubprocessTransport(getRunningLoop(), protocol, start.program());
    transport.start(start);
    return transport;
  }

  /// A file as a standard stream: read from its beginning, or emptied and written.
  ///
  /// @param path the file
  /// @return the stream
  public static Stdio file(Path path) {
    return Stdio.file(path);
  }

  /// A file as a standard stream, to whose end is written.
  ///
  /// @param path the file
  /// @return the stream
  public static Stdio appendTo(Path path) {
    return Stdio.appendTo(path);
  }

  // ---- the streams ----

  /// {@return what the process reads, or null if that is no pipe}
  public @Nullable StreamWriter stdin() {
    return streams.stdin();
  }

  /// {@return what the process writes, or null if that is no pipe}
  public @Nullable StreamReader stdout() {
    return streams.stdout();
  }

  /// {@return what the process complains of, or null if that is no pipe}
  public @Nullable StreamReader stderr() {
    return streams.stderr();
  }

  /// What a process has written to its pipes.
  public static final class Output {
    private final byte @Nullable [] stdout;
    private final byte @Nullable [] stderr;

    private Output(byte @Nullable [] stdout, byte @Nullable [] stderr) {
      this.stdout = stdout;
      this.stderr = stderr;
    }

    /// {@return what it wrote, or null if that was no pipe}
    public byte @Nullable [] stdout() {
      return stdout;
    }

    /// {@return what it complained of, or null if that was no pipe}
    public byte @Nullable [] stderr() {
      return stderr;
    }

    @Override
    public String toString() {
      return "<Output stdout=" + size(stdout) + " stderr=" + size(stderr) + ">";
    }

    private static String size(byte @Nullable [] written) {
      return written == null ? "no pipe" : written.length + " bytes";
    }
  }

  /// Closes stdin, reads everything the process writes, and waits for its end.
  ///
  /// Suspends. What the process writes is kept in memory. Cancelled, it neither kills the process
  /// nor closes anything, and no output is lost: what has come stays in the readers, for them or
  /// for another `communicate()`.
  ///
  /// Counterpart: `Process.communicate()`.
  ///
  /// @return what it has written
  @CheckReturnValue
  public Coroutine<Output> communicate() {
    return communicate(null);
  }

  /// Writes `input` and closes stdin, reads everything the process writes, and waits for its end. A
  /// process that does not read all of the input is no error.
  ///
  /// Suspends. Cancelled, it neither kills the process nor closes anything. No output is lost; the
  /// input has been handed over as a whole and goes on being sent, so do not give it a second time.
  ///
  /// @param input what it reads, or null for nothing
  /// @return what it has written
  /// @throws IllegalStateException when awaited, if there is input and stdin is no pipe
  @CheckReturnValue
  public Coroutine<Output> communicate(byte @Nullable [] input) {
    return async(() -> {
      StreamWriter writer = stdin();
      if (input != null && writer == null) {
        throw new IllegalStateException("there is input for " + this + ", but stdin is no pipe");
      }
      Whole out = new Whole(stdout());
      Whole err = new Whole(stderr());
      try {
        await(gather(async(() -> feed(writer, input)), async(out::read), async(err::read)));
        await(waitExit());
      } catch (Throwable t) {
        out.putBack();
        err.putBack();
        throw t;
      }
      return new Output(out.data, err.data);
    });
  }

  private static void feed(@Nullable StreamWriter writer, byte @Nullable [] input) {
    if (writer != null) {
      try {
        if (input != null) {
          writer.write(input);
        }
        await(writer.drain(), ConnectionError.class);
      } catch (ConnectionError _) {
        // it has read as much as it wanted
      }
      writer.close();
    }
  }

  /// Everything that comes from a pipe.
  private static final class Whole {
    private final @Nullable StreamReader reader;
    private byte @Nullable [] data;

    Whole(@Nullable StreamReader reader) {
      this.reader = reader;
    }

    void read() {
      if (reader != null) {
        data = await(reader.read());
      }
    }

    /// For whoever reads next.
    void putBack() {
      if (reader != null && data != null) {
        reader.unread(data);
      }
    }
  }

  // ---- the process ----

  /// {@return the process's number}
  public long pid() {
    return transport.getPid();
  }

  /// {@return the exit status of the process, or null while it runs: `-N` if signal `N` has killed
  /// it}
  ///
  /// The JDK does not tell a process killed by signal `N` from one that has exited with the status
  /// `128 + N`, so that is `-N` too.
  public @Nullable Integer returncode() {
    return transport.getReturncode();
  }

  /// Waits until the process has ended, and returns its exit status: see [#returncode()].
  ///
  /// Suspends unless it has ended. Cancel-safe. It waits for ever if the process waits for somebody
  /// to read its output: use [#communicate()] with pipes. Output may be left in the readers
  /// afterwards.
  ///
  /// Counterpart: `Process.wait()`, whose name every Java object has already.
  ///
  /// @return the exit status
  @CheckReturnValue
  public Coroutine<Integer> waitExit() {
    return transport.exit();
  }

  /// Sends a signal to the process. SIGTERM and SIGKILL are a system call; for others a shell is
  /// started, as the JDK knows no other way, and the loop waits for it, some 2 ms.
  ///
  /// @param signal which signal
  /// @throws ProcessLookupError if the process has ended
  /// @throws IllegalArgumentException if the system has no such signal
  public void sendSignal(Signal signal) {
    transport.sendSignal(signal);
  }

  /// Asks the process to end: SIGTERM.
  ///
  /// @throws ProcessLookupError if it has ended
  public void terminate() {
    transport.terminate();
  }

  /// Ends the process at once: SIGKILL. What it has written before can still be read.
  ///
  /// @throws ProcessLookupError if it has ended
  public void kill() {
    transport.kill();
  }

  @Override
  public String toString() {
    return "<Subprocess " + pid() + ">";
  }
}
