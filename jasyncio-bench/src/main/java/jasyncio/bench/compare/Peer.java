package jasyncio.bench.compare;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One of those that are compared: how to start it for each kind of work.
///
/// @param name what it prints and is called in the tables
/// @param version what was found on this machine
/// @param programs the beginning of a command for each kind of work it can do; workload, name and
///   arguments follow
/// @param environment set for it
record Peer(
    String name,
    String version,
    Map<Work, List<String>> programs,
    Map<String, String> environment) {

  /// The kinds of work that have programs of their own.
  enum Work {
    MICRO,
    ECHO,
    TLS,
    HTTP,
    FETCH,
    START
  }

  boolean can(Work work) {
    return programs.containsKey(work);
  }

  /// The process that does `work` with these arguments, ready to be started.
  ///
  /// @param core the only core it may use, or null
  ProcessBuilder process(Work work, @Nullable Integer core, String... arguments) {
    List<String> program = programs.get(work);
    if (program == null) {
      throw new IllegalArgumentException(name + " has no program for " + work);
    }
    List<String> command = new ArrayList<>();
    if (core != null && Search.TASKSET) {
      command.addAll(List.of("taskset", "-c", core.toString()));
    }
    command.addAll(program);
    command.addAll(List.of(arguments));
    ProcessBuilder process = new ProcessBuilder(command);
    process.environment().putAll(environment);
    return process;
  }
}
