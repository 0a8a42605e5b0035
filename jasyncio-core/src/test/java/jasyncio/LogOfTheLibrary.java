package jasyncio;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;

/// Catches what the library logs, instead of letting it be printed.
///
/// By reflection, since the module of the core does not read `java.logging`.
final class LogOfTheLibrary {
  private final List<String> messages = new ArrayList<>();
  private final List<Throwable> thrown = new ArrayList<>();

  /// Held, or it would be collected with its filter.
  private Object logger;

  LogOfTheLibrary() {}

  void open() throws Exception {
    Class<?> filter = Class.forName("java.util.logging.Filter");
    Object catching =
        Proxy.newProxyInstance(
            filter.getClassLoader(),
            new Class<?>[] {filter},
            (_, method, arguments) -> {
              if (!method.getName().equals("isLoggable")) {
                throw new UnsupportedOperationException(method.toString());
              }
              add(arguments[0]);
              return false;
            });
    setFilter(catching);
  }

  void close() throws Exception {
    setFilter(null);
  }

  private void setFilter(Object filter) throws Exception {
    Class<?> type = Class.forName("java.util.logging.Logger");
    logger = type.getMethod("getLogger", String.class).invoke(null, "jasyncio");
    type.getMethod("setFilter", Class.forName("java.util.logging.Filter")).invoke(logger, filter);
  }

  private void add(Object entry) throws Exception {
    Class<?> type = entry.getClass();
    String level = type.getMethod("getLevel").invoke(entry).toString();
    String name = level.equals("SEVERE") ? "ERROR" : level;
    messages.add(name + " " + type.getMethod("getMessage").invoke(entry));
    if (type.getMethod("getThrown").invoke(entry) instanceof Throwable t) {
      thrown.add(t);
    }
  }

  /// Levels and messages.
  List<String> messages() {
    return messages;
  }

  /// What was logged along.
  List<Throwable> thrown() {
    return thrown;
  }
}
