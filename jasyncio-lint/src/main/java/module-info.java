/// Finds coroutines that are made and never awaited, while a program is compiled.
@org.jspecify.annotations.NullMarked
module jasyncio.lint {
  requires static transitive org.jspecify;
  requires java.compiler;
  requires jdk.compiler;

  exports jasyncio.lint to
      jasyncio.tools;

  provides com.sun.source.util.Plugin with
      jasyncio.lint.LintPlugin;
}
