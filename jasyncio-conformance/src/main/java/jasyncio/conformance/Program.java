package jasyncio.conformance;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A scenario, parsed.
///
/// @param resources what is made before `main`, by name, in order
/// @param vars integer variables
/// @param coros the coroutine functions, among them `main`
/// @param gens the generator functions
/// @param callbacks plain functions
/// @param eager whether every task starts eagerly
/// @param shutdown whether the end of `run` follows `main`
record Program(
    String name,
    Map<String, Map<String, @Nullable Object>> resources,
    Map<String, Long> vars,
    Map<String, List<Op>> coros,
    Map<String, List<Op>> gens,
    Map<String, List<Op>> callbacks,
    boolean eager,
    boolean shutdown) {

  static Program parse(Map<String, @Nullable Object> json) {
    Map<String, Map<String, @Nullable Object>> resources = new LinkedHashMap<>();
    section(json, "resources").forEach((name, spec) -> resources.put(name, Json.object(spec)));
    Map<String, Long> vars = new LinkedHashMap<>();
    section(json, "vars").forEach((name, value) -> vars.put(name, (Long) value));
    return new Program(
        String.valueOf(json.get("name")),
        resources,
        vars,
        functions(json, "coros"),
        functions(json, "gens"),
        functions(json, "callbacks"),
        "eager".equals(json.get("task_factory")),
        "run".equals(json.get("finish")));
  }

  private static Map<String, List<Op>> functions(Map<String, @Nullable Object> json, String key) {
    Map<String, List<Op>> functions = new LinkedHashMap<>();
    section(json, key).forEach((name, ops) -> functions.put(name, Op.parse((List<?>) ops)));
    return functions;
  }

  private static Map<String, Object> section(Map<String, @Nullable Object> json, String key) {
    Map<String, Object> section = new LinkedHashMap<>();
    if (json.get(key) instanceof Map<?, ?> map) {
      map.forEach((name, value) -> section.put((String) name, value));
    }
    return section;
  }
}
