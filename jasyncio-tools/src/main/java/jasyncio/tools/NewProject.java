package jasyncio.tools;

import jasyncio.engine.Engine;
import jasyncio.tools.build.Repository;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.lang.model.SourceVersion;

/// `./jasyncio new`: a Maven project that builds and tests at once.
final class NewProject {
  private static final int FAILED = 1;
  private static final int USAGE_ERROR = 2;
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9._-]*");
  private static final Pattern VERSION = Pattern.compile("<version>([^<]+)</version>");
  private static final Pattern HOLE = Pattern.compile("@([a-z]+)@");
  private static final String WRAPPER =
      "org.apache.maven.plugins:maven-wrapper-plugin:3.3.4:wrapper";

  private NewProject() {}

  /// The folder of the Maven repository with the library, built if need be.
  static Path repository() throws IOException {
    return Repository.provide(root(), Path.of(System.getProperty("jasyncio.work", "")));
  }

  private static Path root() {
    return Path.of(System.getProperty("jasyncio.root", ""));
  }

  /// Makes the project in the folder.
  ///
  /// @return the exit status
  static int make(String where, PrintStream out, PrintStream err) {
    Path folder = Path.of(where).toAbsolutePath().normalize();
    String name = String.valueOf(folder.getFileName());
    if (!NAME.matcher(name).matches()) {
      err.println(
          "jasyncio: "
              + name
              + " is no name for a project: write letters, digits, dots and hyphens, and a letter"
              + " first");
      return USAGE_ERROR;
    }
    try {
      if (Files.exists(folder) && !isEmpty(folder)) {
        err.println("jasyncio: " + folder + " is there already; choose a new folder");
        return USAGE_ERROR;
      }
      fill(folder, name);
    } catch (IOException e) {
      err.println("jasyncio: cannot make the project " + folder + ": " + e.getMessage());
      return FAILED;
    }
    boolean wrapped = wrap(folder);
    out.println("A project in " + folder + ". To build and test it, and to run it:");
    out.println();
    out.println("  cd " + where);
    out.println(wrapped ? "  ./mvnw verify        # or mvn verify" : "  mvn verify");
    out.println("  java -jar target/" + name + "-1.0.jar");
    if (!wrapped) {
      out.println();
      out.println("It has no Maven wrapper: no plugin for it. Later: mvn wrapper:wrapper");
    }
    return 0;
  }

  private static boolean isEmpty(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> children = Files.list(folder)) {
      return children.findAny().isEmpty();
    }
  }

  private static void fill(Path folder, String name) throws IOException {
    String packageName = packageFor(name);
    Map<String, String> values =
        Map.of(
            "name",
            name,
            "package",
            packageName,
            "version",
            version(),
            "repository",
            "file://" + repository(),
            "flags",
            Engine.FLAGS);
    String java = "java/" + packageName + "/";
    write(folder.resolve("pom.xml"), "pom.xml", values);
    write(folder.resolve("src/main/" + java + "App.java"), "App.java", values);
    write(folder.resolve("src/test/" + java + "AppTest.java"), "AppTest.java", values);
    write(folder.resolve(".gitignore"), "gitignore", values);
  }

  /// A package named after the project.
  private static String packageFor(String name) {
    String letters = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
    return SourceVersion.isName(letters) && !letters.equals("java") ? letters : "app" + letters;
  }

  private static String version() throws IOException {
    Matcher version = VERSION.matcher(Files.readString(root().resolve("pom.xml")));
    if (!version.find()) {
      throw new IOException(root().resolve("pom.xml") + " names no version");
    }
    return version.group(1);
  }

  private static void write(Path file, String template, Map<String, String> values)
      throws IOException {
    String text;
    try (InputStream in = NewProject.class.getResourceAsStream("project/" + template + ".txt")) {
      if (in == null) {
        throw new IOException("the template " + template + " is missing in jasyncio-tools");
      }
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    Path parent = file.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Files.writeString(
        file,
        HOLE.matcher(text)
            .replaceAll(hole ->
                Matcher.quoteReplacement(values.getOrDefault(hole.group(1), hole.group()))));
  }

  /// Adds `mvnw`. Maven's own plugin knows where Maven is to be had.
  private static boolean wrap(Path folder) {
    ProcessBuilder maven = new ProcessBuilder(List.of("mvn", "-B", "-q", "-N", WRAPPER));
    maven.directory(folder.toFile()).redirectInput(new File("/dev/null"));
    maven.redirectOutput(ProcessBuilder.Redirect.DISCARD);
    maven.redirectError(ProcessBuilder.Redirect.DISCARD);
    try {
      return maven.start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
