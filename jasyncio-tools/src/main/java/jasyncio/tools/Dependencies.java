package jasyncio.tools;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The libraries that a program names in lines such as `//DEPS com.google.code.gson:gson:2.13.1`.
///
/// Maven fetches them, with all they need, by the user's own settings and into the user's own
/// repository. What it has found is noted, so that it is asked once for the same libraries.
final class Dependencies {
  private static final Pattern LINE = Pattern.compile("^\\s*//DEPS\\s+(.*)$");
  private static final Pattern COORDINATES =
      Pattern.compile("([^:@\\s]+):([^:@\\s]+):([^:@\\s]+)(?::([^:@\\s]+))?(?:@(\\S+))?");
  private static final String PLUGIN =
      "org.apache.maven.plugins:maven-dependency-plugin:3.11.0:build-classpath";
  private static final int SHOWN_ERRORS = 3;

  private Dependencies() {}

  /// The jars that the files ask for, as a class path; empty if they ask for none.
  ///
  /// @throws CannotCompile if there are no such libraries
  static String of(List<String> files) throws IOException, CannotCompile {
    List<String> wanted = new ArrayList<>();
    for (String file : files) {
      find(file, wanted);
    }
    return wanted.isEmpty() ? "" : resolve(wanted);
  }

  private static void find(String file, List<String> wanted) throws IOException, CannotCompile {
    long number = 0;
    for (String line : Files.readAllLines(Path.of(file))) {
      number++;
      Matcher matcher = LINE.matcher(line);
      if (!matcher.matches()) {
        continue;
      }
      for (String each : matcher.group(1).strip().split("[\\s,]+", -1)) {
        if (!COORDINATES.matcher(each).matches()) {
          throw new CannotCompile(
              file
                  + ":"
                  + number
                  + ": //DEPS wants group:artifact:version, such as"
                  + " com.google.code.gson:gson:2.13.1, and not "
                  + each);
        }
        wanted.add(each);
      }
    }
  }

  private static String resolve(List<String> wanted) throws IOException, CannotCompile {
    Path work = Path.of(System.getProperty("jasyncio.work", "target/jasyncio")).resolve("deps");
    Files.createDirectories(work);
    String asked = String.join(" ", wanted);
    Path known = work.resolve(Integer.toHexString(asked.hashCode()));
    if (Files.exists(known)) {
      List<String> lines = Files.readAllLines(known);
      if (lines.size() == 2 && lines.get(0).equals(asked) && exist(lines.get(1))) {
        return lines.get(1);
      }
    }
    String classPath = askMaven(work, wanted);
    Files.writeString(known, asked + "\n" + classPath + "\n");
    return classPath;
  }

  private static boolean exist(String classPath) {
    for (String each : classPath.split(File.pathSeparator, -1)) {
      if (!Files.exists(Path.of(each))) {
        return false;
      }
    }
    return true;
  }

  private static String askMaven(Path work, List<String> wanted) throws IOException, CannotCompile {
    Path folder = Files.createTempDirectory(work, "resolve");
    Path pom = folder.resolve("pom.xml");
    Path answer = folder.resolve("class-path");
    try {
      Files.writeString(pom, pom(wanted));
      ProcessBuilder builder =
          new ProcessBuilder(
              "mvn", "-B", "-f", pom.toString(), PLUGIN, "-Dmdep.outputFile=" + answer);
      builder.redirectErrorStream(true).redirectInput(new File("/dev/null"));
      Process maven = builder.start();
      String said;
      try (InputStream output = maven.getInputStream()) {
        said = new String(output.readAllBytes(), StandardCharsets.UTF_8);
      }
      if (maven.waitFor() != 0 || !Files.exists(answer)) {
        throw new CannotCompile("jasyncio: cannot get " + String.join(" ", wanted) + errors(said));
      }
      return Files.readString(answer).strip();
    } catch (InterruptedException e) {
      throw new CannotCompile("jasyncio: interrupted while Maven looked for " + wanted);
    } finally {
      Files.deleteIfExists(pom);
      Files.deleteIfExists(answer);
      Files.deleteIfExists(folder);
    }
  }

  private static String errors(String said) {
    List<String> lines =
        said.lines()
            .filter(line -> line.startsWith("[ERROR] "))
            .map(line -> line.substring("[ERROR] ".length()).replace(" -> [Help 1]", "").strip())
            .takeWhile(line -> !line.isEmpty())
            .limit(SHOWN_ERRORS)
            .map(line -> "\n  " + line)
            .toList();
    return lines.isEmpty() ? ": Maven said\n" + said : ":" + String.join("", lines);
  }

  private static String pom(List<String> wanted) {
    StringBuilder text =
        new StringBuilder(
            """
            <project xmlns="http://maven.apache.org/POM/4.0.0">
              <modelVersion>4.0.0</modelVersion>
              <groupId>jasyncio</groupId>
              <artifactId>program</artifactId>
              <version>1</version>
              <dependencies>
            """);
    for (String each : wanted) {
      Matcher parts = COORDINATES.matcher(each);
      if (!parts.matches()) {
        throw new IllegalStateException(each);
      }
      text.append("<dependency>");
      String[] names = {"groupId", "artifactId", "version", "classifier", "type"};
      for (int i = 0; i < names.length; i++) {
        String part = parts.group(i + 1);
        if (part != null) {
          text.append("<%s>%s</%s>".formatted(names[i], escape(part), names[i]));
        }
      }
      text.append("</dependency>\n");
    }
    return text + "</dependencies></project>\n";
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
