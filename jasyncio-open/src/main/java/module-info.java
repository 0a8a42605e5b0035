/// The fast engine where flags cannot be set, such as in an IDE: opens the two packages of the JDK
/// that it needs. To have it on the class path or module path is to agree to that.
@org.jspecify.annotations.NullMarked
module jasyncio.open {
  requires static transitive org.jspecify;
  requires jasyncio.engine;
  requires jdk.unsupported; // sun.misc.Unsafe

  provides jasyncio.engine.Opener with
      jasyncio.open.UnsafeOpener;
}
