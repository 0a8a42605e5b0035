/// Support for tests of programs that await: a JUnit extension, a sweep that cancels a task
/// everywhere, and a search through the orders in which ready tasks may run.
@org.jspecify.annotations.NullMarked
module jasyncio.testing {
  requires static transitive org.jspecify;
  requires transitive jasyncio.core;
  requires transitive org.junit.jupiter.api;
  requires org.junit.platform.engine;
  requires org.opentest4j;

  exports jasyncio.testing;

  opens jasyncio.testing to
      org.junit.platform.commons; // it makes the extension

  provides org.junit.platform.engine.TestEngine with
      jasyncio.testing.junit.NeverRunEngine;
}
