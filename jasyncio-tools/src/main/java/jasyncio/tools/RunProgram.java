package jasyncio.tools;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// `./jasyncio run`: compiles a program if it is new or has changed, and starts it.
final class RunProgram {
  private static final int FAILED = 1;
  private static final int USAGE_ERROR = 2;
  private static final String SUFFIX = ".java";

  /// Set by the launcher: the folder of its sources, and the one for what belongs to this library
  /// and this JDK.
  private static final Path ROOT = Path.of(System.getProperty("jasyncio.root", ""));

  private static final Path HOME = Path.of(System.getProperty("jasyncio.home", ""));

  private RunProgram() {}

  /// Runs the program.
  ///
  /// @param classPath what the user has named besides the library; may be empty
  /// @param words the file; or several, and `--`; then the program's own arguments
  /// @return the exit status if it cannot be started, or null if it was; it may go on in other
  ///   threads then
  /// @throws Throwable what the program throws, with its own frames only
  static @Nullable Integer run(String classPath, String[] words, PrintStream err) throws Throwable {
    int count = countFiles(words);
    String[] files = Arrays.copyOf(words, count);
    boolean delimited = count < words.length && words[count].equals("--");
    String[] arguments = Arrays.copyOfRange(words, delimited ? count + 1 : count, words.length);
    for (String each : files) {
      if (!Files.isRegularFile(Path.of(each)) || !Files.isReadable(Path.of(each))) {
        err.println("jasyncio: cannot read the file " + each);
        return USAGE_ERROR;
      }
    }
    String given;
    try {
      given = absolute(classPath);
    } catch (IOException e) {
      err.println("jasyncio: cannot read the class path " + classPath + ": " + e.getMessage());
      return USAGE_ERROR;
    }
    Path jar = HOME.resolve("programs").resolve(name(files, given));
    ProgramJar program = ProgramJar.readIfFresh(jar);
    if (program == null) {
      int status = compile(jar, given, files, err);
      if (status != 0) {
        return status;
      }
      program = ProgramJar.read(jar);
    }
    return Program.start(program, arguments, err);
  }

  /// One; or several, if they all are Java files and `--` follows.
  private static int countFiles(String[] words) {
    int count = 1;
    while (count < words.length && words[count].endsWith(SUFFIX)) {
      count++;
    }
    return count < words.length && words[count].equals("--") ? count : 1;
  }

  /// The entries as absolute paths; `folder/*` stands for its jars.
  private static String absolute(String classPath) throws IOException {
    if (classPath.isEmpty()) {
      return "";
    }
    List<String> entries = new ArrayList<>();
    for (String each : classPath.split(File.pathSeparator, -1)) {
      if (each.equals("*") || each.endsWith(File.separator + "*")) {
        Path folder = Path.of(each.substring(0, each.length() - 1)).toAbsolutePath();
        try (Stream<Path> files = Files.list(folder)) {
          files
              .filter(file -> file.toString().endsWith(".jar"))
              .sorted()
              .forEach(file -> entries.add(file.toString()));
        }
      } else {
        Path entry = Path.of(each).toAbsolutePath();
        if (!Files.exists(entry)) {
          throw new IOException("there is no " + entry);
        }
        entries.add(entry.toString());
      }
    }
    return String.join(File.pathSeparator, entries);
  }

  /// The name of the compiled program's file. Two programs of one name are no harm: what is in it
  /// is compared with the sources.
  private static String name(String[] files, String classPath) {
    StringBuilder all = new StringBuilder(classPath);
    for (String each : files) {
      all.append('\n').append(Path.of(each).toAbsolutePath());
    }
    String main = String.valueOf(Path.of(files[0]).getFileName());
    String plain = main.replaceAll("[^A-Za-z0-9._-]", "_");
    return plain + "-" + Integer.toHexString(all.toString().hashCode()) + ".jar";
  }

  /// Compiles in a JVM of its own: its start-up cache is another one, and what the compiler leaves
  /// behind is no load for the program.
  private static int compile(Path jar, String classPath, String[] files, PrintStream err) {
    Path cache = HOME.resolve("compile.aot");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("@" + ROOT.resolve("jasyncio-tools/src/main/launcher/java.args"));
    if (Files.exists(cache)) {
      command.addAll(List.of("-Xlog:aot*=off", "-XX:AOTCache=" + cache));
    }
    command.add("-Djasyncio.root=" + ROOT);
    command.add("-Djasyncio.home=" + HOME);
    command.add("-Djasyncio.work=" + System.getProperty("jasyncio.work", ""));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(List.of("compile", jar.toString(), classPath));
    command.addAll(List.of(files));
    ProcessBuilder compiler = new ProcessBuilder(command).inheritIO();
    compiler.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
    compiler.environment().remove("JDK_JAVA_OPTIONS"); // they are for the program
    try {
      return compiler.start().waitFor();
    } catch (IOException e) {
      err.println("jasyncio: cannot start the compiler: " + e.getMessage());
      return FAILED;
    } catch (InterruptedException _) {
      return FAILED;
    }
  }

  /// Notes that a program of this name uses the network, or not: the launcher takes the start-up
  /// cache that fits.
  static void note(Path jar, String mainFile, boolean network) throws IOException {
    Path programs = jar.toAbsolutePath().getParent();
    Path home = programs == null ? null : programs.getParent();
    Path file = Path.of(mainFile).getFileName();
    if (home == null || file == null) {
      return;
    }
    Path hint = home.resolve("network").resolve(file);
    if (network) {
      Files.createDirectories(home.resolve("network"));
      Files.writeString(hint, "");
    } else {
      Files.deleteIfExists(hint);
    }
  }
}
