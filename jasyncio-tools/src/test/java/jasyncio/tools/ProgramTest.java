package jasyncio.tools;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgramTest {
  /// Where the programs of the tests leave what they have done.
  private static final String DONE = "jasyncio.test.done";

  @TempDir Path folder;

  private final ByteArrayOutputStream messages = new ByteArrayOutputStream();
  private final ClassLoader outer = Thread.currentThread().getContextClassLoader();

  @BeforeEach
  void nothingIsDone() {
    System.clearProperty(DONE);
  }

  @AfterEach
  void restore() {
    System.clearProperty(DONE);
    Thread.currentThread().setContextClassLoader(outer);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "void main() { done(\"\"); }",
        "void main(String[] args) { done(String.join(\" \", args)); }",
        "static void main() { done(\"\"); }",
        "static void main(String[] args) { done(args[0] + ' ' + args[1]); }",
        "public static void main(String... args) { done(args[0] + ' ' + args[1]); }",
      })
  void mainIsCalledHoweverItIsDeclared(String main) throws Throwable {
    String done = "static void done(String what) { System.setProperty(\"%s\", \"ran \" + what); }";
    String code = ("class P { %s " + done + " }").formatted(main, DONE);
    assertThat(start("P", code, "one", "two")).isNull();
    assertThat(System.getProperty(DONE)).isEqualTo(main.contains("()") ? "ran " : "ran one two");
  }

  @Test
  void mainWithArgumentsGoesFirst() throws Throwable {
    assertThat(
            start(
                "P",
                "void main() { set(\"without\"); } static void main(String[] a) { set(\"with\"); }"
                    + " static void set(String s) { System.setProperty(\""
                    + DONE
                    + "\", s); }"))
        .isNull();
    assertThat(System.getProperty(DONE)).isEqualTo("with");
  }

  @Test
  void mainMayBeInheritedOrInAnInterfaceOrInAPackage() throws Throwable {
    String set = "System.setProperty(\"" + DONE + "\", getClass().getName());";
    String code = "package a; class P extends Q {} class Q { void main() { " + set + " } }";
    assertThat(start("a.P", code)).isNull();
    assertThat(System.getProperty(DONE)).isEqualTo("a.P");

    set = "System.setProperty(\"" + DONE + "\", \"interface\");";
    code = "interface I { static void main(String[] args) { " + set + " } }";
    assertThat(start("I", code)).isNull();
    assertThat(System.getProperty(DONE)).isEqualTo("interface");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "class P {}",
        "class P { private static void main() {} }",
        "class P { int main() { return 1; } }",
        "class P { static void main(int n) {} }",
        "class P { static void Main(String[] args) {} }",
      })
  void aProgramWithoutMainDoesNotCompile(String code) throws IOException {
    assertThat(compile("P", code)).isEqualTo(1);
    assertThat(messages.toString(StandardCharsets.UTF_8))
        .endsWith(
            "P.java: there is no main method in class P. Write one: void main() { ... } or void"
                + " main(String[] args) { ... }\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "class P { private P() {} void main() {} }",
        "class P { P(int n) {} void main() {} }",
        "abstract class P { void main() {} }",
      })
  void aProgramOfWhichNoInstanceCanBeMadeDoesNotCompile(String code) throws IOException {
    assertThat(compile("P", code)).isEqualTo(1);
    assertThat(messages.toString(StandardCharsets.UTF_8))
        .contains("P.java: no instance of class P can be made to call its main method");
  }

  @Test
  void aStaticMainNeedsNoInstance() throws Throwable {
    assertThat(start("P", "abstract class P { private P() {} static void main() {} }")).isNull();
  }

  @Test
  void whatAProgramThrowsHasItsOwnFramesOnly() {
    String code =
        """
        void main() throws Exception {
          try {
            fail();
          } catch (java.io.IOException e) {
            throw new Exception("outer", e);
          }
        }

        void fail() throws java.io.IOException {
          throw new java.io.IOException("inner");
        }
        """;
    Throwable thrown = catchThrowable(() -> start("P", code));
    assertThat(thrown).isExactlyInstanceOf(Exception.class).hasMessage("outer");
    assertThat(lines(thrown)).containsExactly("main:5");
    assertThat(lines(thrown.getCause())).containsExactly("fail:10", "main:3");
  }

  @Test
  void aFailedInitializerIsShownAsItIs() {
    assertThatThrownBy(() -> start("P", "class P { static int n = 1 / 0; static void main() {} }"))
        .isInstanceOf(ExceptionInInitializerError.class)
        .hasCauseInstanceOf(ArithmeticException.class);
  }

  @Test
  void theContextLoaderKnowsTheProgramsClasses() throws Throwable {
    String code =
        """
        class P {
          static void main() throws Exception {
            Class<?> found = Thread.currentThread().getContextClassLoader().loadClass("Q");
            System.setProperty("jasyncio.test.done", found == Q.class ? "same" : "another");
          }
        }
        class Q {}
        """;
    assertThat(start("P", code)).isNull();
    assertThat(System.getProperty(DONE)).isEqualTo("same");
  }

  @Test
  void aJarThatIsGoneIsNamed() throws Throwable {
    assertThat(ProgramJar.readIfFresh(folder.resolve("gone.jar"))).isNull();
    assertThatThrownBy(() -> ProgramJar.read(folder.resolve("gone.jar")))
        .hasMessageContaining(folder + "/gone.jar");
  }

  private static String[] lines(Throwable thrown) {
    return Arrays.stream(thrown.getStackTrace())
        .map(frame -> frame.getMethodName() + ":" + frame.getLineNumber())
        .toArray(String[]::new);
  }

  private @Nullable Integer start(String mainClass, String code, String... arguments)
      throws Throwable {
    String name = mainClass.substring(mainClass.lastIndexOf('.') + 1);
    assertThat(compile(name, code)).as(messages.toString(StandardCharsets.UTF_8)).isZero();
    ProgramJar program = ProgramJar.read(folder.resolve("programs").resolve(name));
    assertThat(program.mainClass()).isEqualTo(mainClass);
    return Program.start(program, arguments, err());
  }

  private int compile(String name, String code) throws IOException {
    Path source = Files.writeString(folder.resolve(name + ".java"), code);
    Path target = folder.resolve("programs").resolve(name);
    return ProgramCompiler.compile(List.of(source.toString()), "", target, err());
  }

  private PrintStream err() {
    return new PrintStream(messages, true, StandardCharsets.UTF_8);
  }
}
