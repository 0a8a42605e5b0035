/// Behind `./jasyncio`: the doctor, and the compiler of single-file programs.
@org.jspecify.annotations.NullMarked
module jasyncio.tools {
  requires static transitive org.jspecify;
  requires info.picocli;
  requires java.compiler;
  requires jasyncio.core;
  requires jasyncio.engine;
  requires jasyncio.lint;
  requires jasyncio.net;
  requires jdk.compiler;

  exports jasyncio.tools;
}
