package jasyncio;

import jasyncio.engine.SignalTap;

/// A signal of the operating system, by its name there. Not every system has all of them.
///
/// Counterpart: `signal.Signals`.
public enum Signal {
  /// The terminal is gone; by custom, read the configuration again.
  SIGHUP,
  /// Ctrl-C.
  SIGINT,
  /// Ctrl-\. The JVM answers it itself, with a thread dump.
  SIGQUIT,
  /// Sent by a program to itself when it finds that it cannot go on.
  SIGABRT,
  /// Ends a process at once. It cannot be caught.
  SIGKILL,
  /// Free for programs.
  SIGUSR1,
  /// Invalid memory access. The JVM needs it for itself.
  SIGSEGV,
  /// Free for programs.
  SIGUSR2,
  /// Writing to a pipe that nobody reads.
  SIGPIPE,
  /// A timer of the system.
  SIGALRM,
  /// The polite request to end.
  SIGTERM,
  /// A child process has ended.
  SIGCHLD,
  /// Goes on after SIGSTOP.
  SIGCONT,
  /// Suspends a process. It cannot be caught.
  SIGSTOP,
  /// Ctrl-Z.
  SIGTSTP,
  /// Reading from the terminal in the background.
  SIGTTIN,
  /// Writing to the terminal in the background.
  SIGTTOU,
  /// Urgent data on a socket.
  SIGURG,
  /// Too much processor time.
  SIGXCPU,
  /// A file too large.
  SIGXFSZ,
  /// A timer of processor time.
  SIGVTALRM,
  /// Another timer of processor time.
  SIGPROF,
  /// The terminal's window has another size.
  SIGWINCH,
  /// A descriptor is ready.
  SIGIO,
  /// A system call that there is not.
  SIGSYS;

  /// {@return the system's number for it, or -1 if it has no such signal}
  public int number() {
    return SignalTap.number(shortName());
  }

  /// As the JVM, and the program `kill`, call it.
  String shortName() {
    return name().substring("SIG".length());
  }
}
