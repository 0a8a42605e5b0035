package jasyncio.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramCompilerTest {
  @TempDir Path folder;

  private final ByteArrayOutputStream messages = new ByteArrayOutputStream();

  @Test
  void aCompactSourceFileIsNamedAfterItsFile() throws IOException {
    assertThat(compile("Hello.java", "void main() { IO.println(1); }")).isZero();
    assertThat(mainClass()).isEqualTo("Hello");
    assertThat(classes()).containsExactly("Hello.class");
    assertThat(messages()).isEmpty();
  }

  @Test
  void aCompactSourceFileMayDeclareTypesBeforeItsMain() throws IOException {
    assertThat(compile("Hello.java", "record Pair(int a, int b) {}\nvoid main() {}")).isZero();
    assertThat(mainClass()).isEqualTo("Hello");
    assertThat(classes()).containsExactly("Hello$Pair.class", "Hello.class");
  }

  @Test
  void theFirstOfSeveralClassesIsTheMainClass() throws IOException {
    String code =
        """
        class First { public static void main(String[] args) { new Second(); } }
        class Second {}
        """;
    assertThat(compile("any.java", code)).isZero();
    assertThat(mainClass()).isEqualTo("First");
    assertThat(classes()).containsExactly("First.class", "Second.class");
  }

  @Test
  void aPublicClassNeedNotBeNamedAfterTheFile() throws IOException {
    assertThat(compile("other-name.java", "public class Program { void main() {} }")).isZero();
    assertThat(mainClass()).isEqualTo("Program");
  }

  @Test
  void aClassInAPackageIsFound() throws IOException {
    assertThat(compile("P.java", "package a.b; class P { static void main() {} }")).isZero();
    assertThat(mainClass()).isEqualTo("a.b.P");
    assertThat(classes()).containsExactly("a/b/P.class");
  }

  @Test
  void aLineForTheShellIsPassedOverAndLinesKeepTheirNumbers() {
    assertThat(
            compile("Script.java", "#!/usr/bin/env -S jasyncio run\nvoid main() {\n  oops();\n}"))
        .isEqualTo(1);
    assertThat(messages()).contains("Script.java:3: error: cannot find symbol");
    assertThat(compile("Script.java", "#!/usr/bin/env -S jasyncio run\nvoid main() {}")).isZero();
  }

  @Test
  void aCoroutineThatIsDroppedIsWarnedOf() {
    String code =
        """
        import static jasyncio.Asyncio.*;
        import jasyncio.*;

        Coroutine<Integer> answer() { return async(() -> 42); }

        void main() {
          run(() -> {
            sleep(millis(1));
            answer();
            getRunningLoop().callSoon(() -> answer());
            await(answer());
            createTask(answer());
            createTask(() -> await(answer()));
            var kept = answer();
            await(kept);
          });
        }
        """;
    assertThat(compile("Drops.java", code)).isZero();
    assertThat(messages().lines().filter(line -> line.contains(": warning: ")))
        .hasSize(3)
        .allSatisfy(line -> assertThat(line).contains("never awaited"))
        .satisfiesExactly(
            line -> assertThat(line).startsWith(folder.resolve("Drops.java") + ":8: "),
            line -> assertThat(line).contains(":9: "),
            line -> assertThat(line).contains(":10: "));
    assertThat(messages()).contains("    sleep(millis(1));\n         ^\n");
  }

  @Test
  void programsMayUseTheLibrary() {
    String code =
        """
        import static jasyncio.Asyncio.*;
        import jasyncio.*;

        Future<Integer> never() { return null; }

        void main() { run(async(() -> { await(sleep(millis(1))); })); }
        """;
    assertThat(compile("Uses.java", code)).as(messages()).isZero();
  }

  @Test
  void aMethodOfAProtocolThatNobodyWouldCallIsWarnedOf() {
    String code =
        """
        import jasyncio.net.*;
        class P implements Protocol {
          public void dataReceived(byte[] data) {}
          public void connectionLost(Exception e) {}
          public void pauseWriting() {}
          public void mine(int x) {}
          static void main() {}
        }
        """;
    assertThat(compile("P.java", code)).as(messages()).isZero();
    assertThat(messages())
        .contains("P.java:3: warning: nobody calls this: the method of Protocol is")
        .contains("dataReceived(java.nio.ByteBuffer)")
        .contains("P.java:4: warning: nobody calls this: the method of BaseProtocol is")
        .endsWith("2 warnings\n");
  }

  /// As docs/python-to-java.md says.
  @Test
  void ourNamesWinOverTheModuleOfJavasButNotOverItsPackages() {
    String ours = "import jasyncio.*; import jasyncio.sync.*;\n";
    String use =
        "class Uses { Future<Integer> f; Queue<Integer> q; Lock l; static void main() {} }";
    assertThat(compile("A.java", ours + "Future<Integer> f; Queue<Integer> q; void main() {}"))
        .as(messages())
        .isZero();
    assertThat(compile("B.java", "import module java.base;" + ours + use)).as(messages()).isZero();
    assertThat(compile("C.java", "import java.util.*;" + ours + use)).isEqualTo(1);
    assertThat(messages()).contains("ambiguous").contains("import module java.base;");
  }

  @Test
  void compileErrorsAreJavacsOwnWithTheNameAsGiven() throws IOException {
    assertThat(compile("Wrong.java", "void main() {\n  int x = \"text\";\n}")).isEqualTo(1);
    assertThat(messages().lines())
        .containsExactly(
            folder.resolve("Wrong.java")
                + ":2: error: incompatible types: String cannot be converted to int",
            "  int x = \"text\";",
            "          ^",
            "1 error");
    assertThat(target()).doesNotExist();
  }

  @Test
  void warningsAreShownAndDoNotStopTheProgram() {
    assertThat(compile("Raw.java", "void main() { new java.util.ArrayList().add(1); }")).isZero();
    assertThat(messages()).contains("unchecked");
  }

  @Test
  void aFileWithoutAClassSaysSo() {
    for (String code : List.of("", "// nothing\n", "import java.util.List;\n", "#!")) {
      assertThat(compile("Empty.java", code)).as(code).isEqualTo(1);
      assertThat(messages()).contains("Empty.java: there is no class in it, so nothing to run");
    }
    assertThat(target()).doesNotExist();
  }

  @Test
  void aFileThatIsNotTextOrNotThereSaysSo() throws IOException {
    Path binary = Files.write(folder.resolve("Binary.java"), new byte[] {(byte) 0xff, 0, 1});
    assertThat(compile(binary)).isEqualTo(1);
    assertThat(messages()).startsWith("jasyncio: cannot compile " + binary);
    assertThat(compile(folder.resolve("none.java"))).isEqualTo(1);
    assertThat(messages()).contains("none.java");
  }

  @Test
  void oddFileNamesAndTextsAreFine() throws IOException {
    String code = "class Grüße { static void main() { String s = \"日本\"; } }";
    assertThat(compile("with blank & ü#%20.java", code)).isZero();
    assertThat(mainClass()).isEqualTo("Grüße");
  }

  @Test
  void ofAProgramThatUsesTheNetworkInAnyOfItsClassesThatIsNoted() throws IOException {
    compile("Core.java", "void main() { jasyncio.Asyncio.run(() -> {}); }");
    assertThat(folder.resolve("network/Core.java")).doesNotExist();
    String code =
        """
        void main() { new Inner(); }
        class Inner { Object o = jasyncio.net.Net.openConnection("localhost", 1); }
        """;
    assertThat(compile("Net.java", code)).as(messages()).isZero();
    assertThat(folder.resolve("network/Net.java")).exists();
    compile("Net.java", "void main() {}");
    assertThat(folder.resolve("network/Net.java")).doesNotExist();
  }

  @Test
  void classesOfOtherFilesInTheFolderAreFoundWhereTheirNamesAreNot() throws IOException {
    Path helper = write("Helper.java", "class Helper { static int n() { return 1; } }");
    write("Task.java", "class Task { this is no Java }"); // ours is found first
    String code =
        """
        import static jasyncio.Asyncio.*;
        import jasyncio.*;
        void main() { run(() -> { Task<Integer> task = createTask(() -> Helper.n()); }); }
        """;
    assertThat(compile("Alone.java", code.replace("Helper.n()", "1"))).as(messages()).isZero();
    Files.delete(folder.resolve("Task.java"));
    assertThat(compile("App.java", code)).as(messages()).isZero();
    assertThat(classes()).contains("App.class", "Helper.class");
    assertThat(ProgramJar.readIfFresh(target())).isNotNull();
    Files.writeString(helper, "class Helper { static int n() { return 2; } }");
    assertThat(ProgramJar.readIfFresh(target())).isNull();
  }

  @Test
  void whatIsWrongInAnotherFileIsSaidOfThatFile() throws IOException {
    write("Helper.java", "class Helper { static int n() { retur 1; } }");
    assertThat(compile("App.java", "void main() { IO.println(Helper.n()); }")).isEqualTo(1);
    assertThat(messages()).contains("Helper.java:1: error: ").doesNotContain("App.java:");
  }

  @Test
  void classesOfAPackageAreFoundFromWhereItBegins() throws IOException {
    Files.createDirectories(folder.resolve("a/b"));
    write("a/Other.java", "package a; public class Other {}");
    String code = "package a.b; class P { static void main() { new a.Other(); } }";
    assertThat(compile("a/b/P.java", code)).as(messages()).isZero();
    assertThat(classes()).containsExactly("a/Other.class", "a/b/P.class");
  }

  @Test
  void librariesThatAreNoCoordinatesAreNamedWithTheirPlace() {
    assertThat(compile("Deps.java", "// x\n//DEPS a:b:1 c:d\nvoid main() {}")).isEqualTo(1);
    assertThat(messages())
        .startsWith(folder.resolve("Deps.java") + ":2: //DEPS wants group:artifact:version, ")
        .endsWith(" and not c:d\n");
  }

  @Test
  void annotationProcessorsOnTheClassPathAreNotRun() {
    assertThat(compile("P.java", "@Deprecated class P { static void main() {} }")).isZero();
    assertThat(messages()).isEmpty();
  }

  @Test
  void whoeverComesSecondTakesThePlaceOfWhatIsThere() throws IOException {
    assertThat(compile("One.java", "void main() {}")).isZero();
    assertThat(compile("Two.java", "void main() {}")).isZero();
    assertThat(mainClass()).isEqualTo("Two");
    try (var children = Files.list(folder.resolve("programs"))) {
      assertThat(children).containsExactly(target());
    }
  }

  @Test
  void theOldestProgramsAreForgotten() throws IOException {
    Path programs = Files.createDirectories(folder.resolve("programs"));
    for (int i = 0; i < 70; i++) {
      Path old = Files.createFile(programs.resolve("old" + i + ".jar"));
      Files.setLastModifiedTime(old, java.nio.file.attribute.FileTime.fromMillis(i * 1000L));
    }
    assertThat(compile("New.java", "void main() {}")).isZero();
    assertThat(programs.resolve("old5.jar")).doesNotExist();
    assertThat(programs.resolve("old6.jar")).exists();
    assertThat(target()).exists();
  }

  private Path write(String name, String code) throws IOException {
    return Files.writeString(folder.resolve(name), code);
  }

  private int compile(String name, String code) {
    try {
      return compile(Files.writeString(folder.resolve(name), code));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private int compile(Path source) {
    messages.reset();
    PrintStream err = new PrintStream(messages, true, StandardCharsets.UTF_8);
    return ProgramCompiler.compile(List.of(source.toString()), "", target(), err);
  }

  private Path target() {
    return folder.resolve("programs/program.jar");
  }

  private String messages() {
    return messages.toString(StandardCharsets.UTF_8);
  }

  private String mainClass() throws IOException {
    return ProgramJar.read(target()).mainClass();
  }

  private List<String> classes() throws IOException {
    return ProgramJar.read(target()).entries().keySet().stream()
        .filter(name -> name.endsWith(".class") && !name.endsWith("jasyncio$Entry.class"))
        .sorted()
        .toList();
  }
}
