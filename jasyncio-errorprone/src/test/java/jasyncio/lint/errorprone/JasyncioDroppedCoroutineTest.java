package jasyncio.lint.errorprone;

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

/// What is found is tested in jasyncio-lint; this is about Error Prone.
class JasyncioDroppedCoroutineTest {
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
  void whatIsDroppedIsFoundOnce() {
    assertWarnings("void f() { save(); }", "never awaited");
    assertWarnings("void f() { getRunningLoop().callSoon(this::save); }", "createTask(save())");
    assertWarnings("void f() { await(gather(() -> save())); }", "does not await it");
    assertWarnings("void f() { var c = save(); }", "`c` is a coroutine that is never awaited");
    assertWarnings("class Inner { void f() { save(); } }", "never awaited");
    assertWarnings("void f() { await(save()); }");
  }

  @Test
  void aWarningCanBeSuppressed() {
    assertWarnings("@SuppressWarnings(\"JasyncioDroppedCoroutine\") void f() { save(); }");
  }

  private void assertWarnings(String member, String... expected) {
    DiagnosticCollector<JavaFileObject> messages = new DiagnosticCollector<>();
    StringWriter other = new StringWriter();
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    List<String> options =
        new ArrayList<>(
            List.of(
                "-Xplugin:ErrorProne -XepDisableAllChecks -Xep:JasyncioDroppedCoroutine:WARN",
                "-XDcompilePolicy=simple",
                "--should-stop=ifError=FLOW",
                "-XDaddTypeAnnotationsToSymbol=true"));
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
      assertThat(texts.get(i))
          .contains("Program.java:7: warning: [JasyncioDroppedCoroutine] ", expected[i], member);
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
