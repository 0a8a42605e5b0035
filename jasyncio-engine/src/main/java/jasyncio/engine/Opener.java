package jasyncio.engine;

/// Lets this module use packages of the JDK that the JVM was not started to export. The artifact
/// `jasyncio-open` brings one along: that it is on the class path or module path is the consent.
///
/// Asked only where the flags are missing; found as a service.
@FunctionalInterface
public interface Opener {
  /// Exports packages of a module to another one.
  ///
  /// @param from the module that has the packages
  /// @param to the module that needs them
  /// @param packages their names
  /// @throws Exception if this JVM does not let it; the message says why
  void export(Module from, Module to, String... packages) throws Exception;
}
