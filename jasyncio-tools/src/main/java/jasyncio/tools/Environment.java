package jasyncio.tools;

/// The variables that the launcher looks at.
final class Environment {
  /// For the end of the help.
  static final String[] HELP = {
    "",
    "environment:",
    "  JAVA_HOME            the JDK to use, 25 or newer; else one in PATH or in the usual folders",
    "  JASYNCIO_ENGINE      continuation or thread; else the fast one wherever it works",
    "  JASYNCIO_JAVA_OPTS   further options for java, for example -Xmx2g; one such as -XX:+UseZGC",
    "                       takes the place of the collector -XX:+UseSerialGC",
    "  JASYNCIO_CACHE       the folder for all that is made; else target/jasyncio of a checkout of",
    "                       yours, and ~/.cache/jasyncio for any other",
    "  JASYNCIO_AOT=0       start without the cache of loaded classes"
  };

  private Environment() {}
}
