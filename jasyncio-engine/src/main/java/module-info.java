/// Suspendable stacks for `jasyncio.core`, and the only code of the project that touches JDK
/// internals.
@org.jspecify.annotations.NullMarked
module jasyncio.engine {
  requires static transitive org.jspecify;
  requires jdk.unsupported; // sun.misc.Signal

  exports jasyncio.engine to
      jasyncio.core,
      jasyncio.open,
      jasyncio.tools,
      jasyncio.bench;

  uses jasyncio.engine.Opener;
}
