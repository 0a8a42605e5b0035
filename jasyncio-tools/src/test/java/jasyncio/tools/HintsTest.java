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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Mistakes that do not compile: javac says what and where, the hint says the way out.
class HintsTest {
  private static final String IMPORTS =
      """
      import static jasyncio.Asyncio.*;
      import static jasyncio.net.Net.*;
      import jasyncio.*;
      import jasyncio.net.*;
      import jasyncio.http.client.*;
      """;

  /// Each with the hint that is to come.
  static List<Arguments> mistakes() {
    return List.of(
        in("await(sleep(0.5));", "a time is a Duration: seconds(0.5), millis(20)"),
        in("getRunningLoop().callLater(2, () -> {});", "a time is a Duration"),
        in("await(sleep(0));", "await(yieldNow())"),
        in(
            "getRunningLoop().callAt(getRunningLoop().time() + 1, () -> {});",
            "loop.in(seconds(1))"),
        in(
            "var passed = getRunningLoop().time() - getRunningLoop().time();",
            "time().since(start)"),
        in("var r = await(wait(List.of(createTask(f()))));", "write Asyncio.wait(...)"),
        in("await(new jasyncio.sync.Event().wait());", "await(event.waitSet())"),
        in("await(new jasyncio.sync.Event());", "await(event.waitSet())"),
        in("var (done, pending) = await(Asyncio.wait(List.of(createTask(f()))));", "result.done()"),
        in("try { await(f()); } catch (java.io.IOException e) {}", "await(x, IOException.class)"),
        in("await(new jasyncio.sync.Lock());", "try (var _ = await(lock.hold()))"),
        in("try (var _ = await(new jasyncio.sync.Semaphore(1))) {}", "await(lock.hold())"),
        in("try (var h = new jasyncio.sync.Lock().hold()) {}", "hold() has to be awaited"),
        in("String s = await(sleep(seconds(1)));", "returns nothing"),
        in("int x = await(async(() -> { IO.println(); }));", "returns nothing"),
        in("int x = 1 + f();", "write await(...) around it"),
        in("int x = f();", "write await(...) around it"),
        in("f().length();", "write await(...) around it"),
        in("for (int i : ticker()) {}", "asyncFor(...)"),
        in("int n = 0; await(async(() -> { n++; }));", "make it a field"),
        in("await(gather(List.of(f()), true));", "gatherReturningExceptions(tasks)"),
        in("try {} catch (ExceptionGroup<Exception> e) {}", "cannot be generic"),
        in(
            "var s = await(getRunningLoop().createServer(() -> null, \"::1\", 0));",
            "jasyncio.net.Net"),
        in("runCoroutineThreadsafe(f(), getRunningLoop()).result();", "join()"),
        in("getRunningLoop().callSoon(IO::println, \"x\");", "() -> f(x)"),
        in("new ClientSession().get(\"u\", timeout=seconds(5));", "no keyword arguments"),
        in("await(Asyncio.wait(createTask(f()), createTask(f())));", "wait takes a collection"),
        in(
            "var done = getRunningLoop().createFuture(); Future<Boolean> same = done;",
            "Future<Boolean> done = loop.createFuture()"),
        whole("", "void g() { throw new java.io.IOException(); }", "throws IOException"),
        in("var l = new Lock();", "import jasyncio.sync.*"),
        in("var s = await(startServer((r, w) -> {}, \"::1\", 0)); s.sockets();", "addresses()"),
        whole(
            "",
            "class P implements Protocol { @Override public void dataReceived(byte[] data) {} }",
            "ByteBuffer"),
        whole("", "class P extends Protocol {}", "write implements instead of extends"),
        whole("", "int active, peak;", "one variable a line"),
        Arguments.of(
            "import java.util.*; import jasyncio.sync.*; void main() { Queue<Integer> q; }",
            "import jasyncio.sync.Queue"),
        Arguments.of("void main() { Task<Integer> t = null; }", "import jasyncio.*"));
  }

  private static Arguments in(String statements, String hint) {
    return whole("run(() -> { " + statements + " });", "", hint);
  }

  private static Arguments whole(String statements, String members, String hint) {
    String program =
        IMPORTS
            + "Coroutine<Integer> f() { return async(() -> 1); }\n"
            + "AsyncGenerator<Integer> ticker() { return asyncGenerator(y -> y.yield(1)); }\n"
            + members
            + "\nvoid main() { "
            + statements
            + " }\n";
    return Arguments.of(program, hint);
  }

  @TempDir Path folder;

  @ParameterizedTest
  @MethodSource("mistakes")
  void aMistakeThatDoesNotCompileIsAnsweredByTheWayOut(String program, String hint)
      throws IOException {
    String messages = compile(program);
    assertThat(messages).contains("Mistake.java:").contains(": error: ");
    assertThat(messages.lines().filter(line -> line.startsWith("  hint: ")))
        .as(messages)
        .first()
        .asString()
        .contains(hint);
  }

  @Test
  void aHintIsGivenOnce() throws IOException {
    String messages = compile(IMPORTS + "void main() { sleep(1); sleep(2); }");
    assertThat(messages.lines().filter(line -> line.startsWith("  hint: "))).hasSize(1);
    assertThat(messages).endsWith("2 errors\n");
  }

  @Test
  void anErrorThatHasNothingToDoWithTheLibraryGetsNone() throws IOException {
    assertThat(compile("void main() { int x = \"text\"; }")).doesNotContain("hint");
    assertThat(compile("void main() { oops(); }")).doesNotContain("hint");
    assertThat(compile("void main() { Object o = 1; long n = o; }")).doesNotContain("hint");
  }

  private String compile(String program) throws IOException {
    ByteArrayOutputStream messages = new ByteArrayOutputStream();
    Path source = Files.writeString(folder.resolve("Mistake.java"), program);
    int status =
        ProgramCompiler.compile(
            List.of(source.toString()),
            "",
            folder.resolve("programs/program.jar"),
            new PrintStream(messages, true, StandardCharsets.UTF_8));
    assertThat(status).isEqualTo(1);
    return messages.toString(StandardCharsets.UTF_8);
  }
}
