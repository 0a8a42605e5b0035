package jasyncio.lint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DroppedCoroutinesTest {
  private static final String HEAD =
      """
      import static jasyncio.Asyncio.*;
      import jasyncio.*;
      import jasyncio.sync.Lock;
      import java.util.List;
      class Program {
        Coroutine<Integer> save() { return async(() -> 42); }
      """;

  @TempDir Path folder;

  @Test
  void aStatementDropsWhatItCalls() {
    assertWarnings("void f() { save(); }", "never awaited");
    assertWarnings("void f() { taskGroup(g -> {}); }", "never awaited");
  }

  @Test
  void aLambdaOrAReferenceWithoutAResultDropsIt() {
    assertWarnings("void f() { getRunningLoop().callSoon(() -> save()); }", "never awaited");
    assertWarnings("void f() { getRunningLoop().callSoon(this::save); }", "createTask(save())");
    assertWarnings("void f() { List.of(1).forEach(i -> save()); }", "never awaited");
    assertWarnings("Runnable r = this::save;", "the coroutine of save() is never awaited");
  }

  @Test
  void aBodyThatReturnsACoroutineHasNotAwaitedIt() {
    assertWarnings("void f() { await(gather(() -> save())); }", "does not await it");
    assertWarnings("void f() { run(() -> save()); }", "does not await it");
    assertWarnings("void f() { createTask(() -> { return save(); }); }", "does not await it");
    assertWarnings("void f() { await(timeout(null, () -> save())); }", "does not await it");
    assertWarnings("void f() { await(timeout(null, t -> save())); }", "does not await it");
    assertWarnings("void f() { await(taskGroup(g -> save())); }", "does not await it");
    assertWarnings("void f() { await(new Lock().with(() -> save())); }", "does not await it");
    assertWarnings("void f() { await(toThread(() -> save())); }", "does not await it");
    assertWarnings("void f() { await(toThread(this::save)); }", "is returned and not awaited");
  }

  @Test
  void aVariableThatIsNotUsedDropsIt() {
    assertWarnings("void f() { var c = save(); }", "`c` is a coroutine that is never awaited");
    assertWarnings(
        "void f() { var all = List.of(save(), save()); }", "`all` holds coroutines that are never");
  }

  @Test
  void whatIsAwaitedStartedOrHandedOnIsFine() {
    assertWarnings("void f() { await(save()); createTask(save()); run(save()); }");
    assertWarnings("void f() { var c = save(); await(c); }");
    assertWarnings("void f() { var all = List.of(save(), save()); await(gather(all)); }");
    assertWarnings(
        "void f() { var c = save(); Runnable later = () -> createTask(c); later.run(); }");
    assertWarnings("Coroutine<Integer> f() { return save(); }");
    assertWarnings("java.util.function.Supplier<Coroutine<Integer>> s = this::save;");
    assertWarnings("void f() { await(taskGroup(g -> g.createTask(save()))); }");
    assertWarnings("void f() { run(() -> await(save())); var _ = save(); }");
    assertWarnings("java.util.concurrent.Callable<Coroutine<Integer>> c = () -> save();");
  }

  private void assertWarnings(String member, String... expected) {
    DiagnosticCollector<JavaFileObject> messages = new DiagnosticCollector<>();
    StringWriter other = new StringWriter();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> options = new ArrayList<>(List.of("-Xplugin:jasyncio"));
    String path = System.getProperty("java.class.path");
    options.addAll(List.of("-d", folder.toString(), "-cp", path, "-processorpath", path));
    boolean compiled =
        compiler.getTask(other, null, messages, options, null, List.of(source(member))).call();
    List<String> texts =
        messages.getDiagnostics().stream()
            .filter(each -> each.getMessage(null).contains("corout"))
            .map(Diagnostic::toString)
            .toList();
    assertThat(compiled).as(other + messages.getDiagnostics().toString()).isTrue();
    assertThat(texts).as(member).hasSize(expected.length);
    for (int i = 0; i < expected.length; i++) {
      assertThat(texts.get(i)).contains("Program.java:7: warning: ", expected[i], member);
    }
  }

  private static JavaFileObject source(String member) {
    return new SimpleJavaFileObject(
        URI.create("memory:///Program.java"), JavaFileObject.Kind.SOURCE) {
      @Override
      public CharSequence getCharContent(boolean ignoreEncodingErrors) throws IOException {
        return HEAD + member + "\n}\n";
      }
    };
  }
}
