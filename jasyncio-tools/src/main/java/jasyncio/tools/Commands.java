package jasyncio.tools;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/// What `./jasyncio` understands. This is the one description: help, completion and manual page are
/// made from it, and `usage.txt`, which the launcher shows before anything is built, is held to it
/// by a test.
final class Commands {
  private static final int USAGE_ERROR = 2;
  private static final String NAME = "jasyncio";

  private Commands() {}

  /// All commands and their options.
  static CommandSpec spec() {
    CommandSpec top = CommandSpec.create().name(NAME).addOption(help());
    top.addOption(
        OptionSpec.builder("-V", "--version")
            .versionHelp(true)
            .description("Print the version.")
            .build());
    top.usageMessage()
        .synopsisHeading("usage: ")
        .customSynopsis("./jasyncio COMMAND [ARGUMENT...]")
        .commandListHeading("%ncommands:%n")
        .optionListHeading("%noptions:%n")
        .footer(Environment.HELP);
    top.addSubcommand("run", runSpec());
    command(
        top,
        "doctor",
        "Tell what programs run on here, why, and how to get the fast parts.",
        List.of());
    command(
        top,
        "new",
        "Make a Maven project in a new folder: it builds and tests at once.",
        List.of(parameter("NAME", "1", "the folder; its last part names the project")));
    command(
        top,
        "repository",
        "Build a Maven repository of the library, and print where it is.",
        List.of());
    command(
        top, "bench", "Measure the project itself.", List.of(parameter("ARGUMENT", "0..*", "")));
    command(
        top,
        "conformance",
        "Compare it with CPython's asyncio.",
        List.of(parameter("ARGUMENT", "0..*", "")));
    command(top, "completion", "Print a script that completes commands, for bash.", List.of());
    command(top, "man", "Print the manual page: ./jasyncio man | man -l -", List.of());
    return top;
  }

  private static CommandSpec runSpec() {
    CommandSpec run = CommandSpec.create().addOption(help());
    run.usageMessage()
        .description("Run a program; it is compiled when it is new or has changed.")
        .customSynopsis(
            "./jasyncio run [OPTION...] FILE.java [ARGUMENT...]",
            "       ./jasyncio run [OPTION...] FILE.java FILE.java... -- [ARGUMENT...]")
        .synopsisHeading("usage: ")
        .footer(
            "",
            "Classes of other files in the same folder are found by their names, as with java",
            "FILE.java. A line such as //DEPS com.google.code.gson:gson:2.13.1 in the file names a",
            "library, which Maven fetches. What follows the file is the program's own; a -- in",
            "between is left out.");
    run.addOption(
        OptionSpec.builder("-cp", "--class-path")
            .type(String.class)
            .paramLabel("PATH")
            .description("jars and folders the program needs, separated by colons")
            .build());
    run.addOption(
        OptionSpec.builder("--debug")
            .description("asyncio's debug mode: slow callbacks, wrong threads, forgotten awaits")
            .build());
    run.addOption(
        OptionSpec.builder("--engine")
            .type(String.class)
            .paramLabel("ENGINE")
            .description("continuation or thread; else the fast one wherever it works")
            .build());
    run.addPositional(parameter("FILE.java", "1..*", "the program, and its arguments"));
    return run;
  }

  private static void command(
      CommandSpec top, String name, String description, List<PositionalParamSpec> parameters) {
    CommandSpec made = CommandSpec.create().addOption(help());
    made.usageMessage().description(description).synopsisHeading("usage: ./");
    parameters.forEach(made::addPositional);
    top.addSubcommand(name, made);
  }

  private static OptionSpec help() {
    return OptionSpec.builder("-h", "--help").usageHelp(true).description("Show this.").build();
  }

  private static PositionalParamSpec parameter(String label, String arity, String description) {
    return PositionalParamSpec.builder()
        .paramLabel(label)
        .type(arity.equals("1") ? String.class : String[].class)
        .index(arity.equals("1") ? "0" : "0..*")
        .required(arity.startsWith("1"))
        .arity(arity)
        .description(description)
        .build();
  }

  /// A parser for it.
  static CommandLine parser() {
    return new CommandLine(spec())
        .setStopAtPositional(true)
        .setExpandAtFiles(false)
        .setUsageHelpWidth(100);
  }

  /// The exit status of the command, or null if it has started a program.
  static @Nullable Integer run(String[] args, PrintStream out, PrintStream err) throws Throwable {
    CommandLine parser = parser();
    ParseResult parsed;
    try {
      if (args.length == 0) {
        throw new ParameterException(parser, "no command");
      }
      if (!args[0].startsWith("-") && !isKnown(parser, args)) {
        throw new ParameterException(parser, "there is no command " + args[0]);
      }
      parsed = parser.parseArgs(isAskedFor(args) ? new String[] {args[1], "--help"} : args);
    } catch (ParameterException e) {
      String command =
          e.getCommandLine() == parser ? "" : " " + e.getCommandLine().getCommandName();
      err.println("jasyncio: " + e.getMessage() + ". See ./jasyncio" + command + " --help");
      return USAGE_ERROR;
    }
    CommandLine asked = parsed.asCommandLineList().getLast();
    if (asked.isUsageHelpRequested()) {
      asked.usage(out);
      return 0;
    }
    ParseResult command = parsed.subcommand();
    return switch (command.commandSpec().name()) {
      case "run" -> run(command, command.matchedPositionalValue(0, new String[0]), err);
      case "doctor" -> print(out, Doctor.examine());
      case "new" -> NewProject.make(command.matchedPositionalValue(0, ""), out, err);
      case "repository" -> print(out, NewProject.repository() + "\n");
      case "completion" -> print(out, AutoComplete.bash(NAME, parser));
      case "man" -> print(out, ManPage.of(parser));
      default -> throw new IllegalStateException("the launcher runs this command elsewhere");
    };
  }

  private static boolean isKnown(CommandLine parser, String[] args) {
    return parser.getSubcommands().containsKey(isAskedFor(args) ? args[1] : args[0]);
  }

  /// Whether it is `help COMMAND`.
  private static boolean isAskedFor(String[] args) {
    return args.length == 2 && args[0].equals("help");
  }

  private static @Nullable Integer run(ParseResult command, String[] words, PrintStream err)
      throws Throwable {
    if (command.hasMatchedOption("--debug")) {
      System.setProperty("jasyncio.debug", "true");
    }
    String engine = command.matchedOptionValue("--engine", "");
    if (!engine.isEmpty()) {
      System.setProperty("jasyncio.engine", engine);
    }
    return RunProgram.run(command.matchedOptionValue("-cp", ""), words, err);
  }

  /// What `./jasyncio --help` shows.
  static String usage() {
    return parser().getUsageMessage(CommandLine.Help.Ansi.OFF);
  }

  private static int print(PrintStream out, String text) {
    out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
    return 0;
  }
}
