package jasyncio.tools;

import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/// The manual page, in the language of `man`.
final class ManPage {
  private final StringBuilder text = new StringBuilder();

  private ManPage() {}

  static String of(CommandLine top) {
    ManPage page = new ManPage();
    page.macro("TH JASYNCIO 1");
    page.section("NAME");
    page.line("jasyncio - asyncio programs on the JVM");
    page.section("SYNOPSIS");
    page.line(String.join(" ", top.getCommandSpec().usageMessage().customSynopsis()));
    page.section("COMMANDS");
    for (Map.Entry<String, CommandLine> each : top.getSubcommands().entrySet()) {
      page.command(each.getKey(), each.getValue());
    }
    page.section("ENVIRONMENT");
    page.block(Environment.HELP, 2);
    return page.text.toString();
  }

  private void command(String name, CommandLine command) {
    UsageMessageSpec usage = command.getCommandSpec().usageMessage();
    macro("TP");
    macro("B " + name);
    for (String each : usage.description()) {
      line(each);
    }
    for (OptionSpec option : command.getCommandSpec().options()) {
      if (!option.usageHelp() && !option.versionHelp()) {
        macro("RS");
        macro("TP");
        String label = option.arity().max() > 0 ? " " + option.paramLabel() : "";
        line(String.join(", ", option.names()) + label);
        line(String.join(" ", option.description()));
        macro("RE");
      }
    }
    for (String each : usage.footer()) {
      if (!each.isEmpty()) {
        line(each);
      }
    }
  }

  private void block(String[] lines, int from) {
    macro("nf");
    for (int i = from; i < lines.length; i++) {
      line(lines[i]);
    }
    macro("fi");
  }

  private void section(String title) {
    macro("SH " + title);
  }

  private void macro(String macro) {
    text.append('.').append(macro).append('\n');
  }

  /// A line of text; what `man` would take for its own is kept from it.
  private void line(String line) {
    String plain = line.replace("\\", "\\e").replace("-", "\\-");
    boolean looksLikeMacro = plain.startsWith(".") || plain.startsWith("'");
    text.append(looksLikeMacro ? "\\&" : "").append(plain).append('\n');
  }
}
