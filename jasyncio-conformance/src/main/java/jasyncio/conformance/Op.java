package jasyncio.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One operation of a scenario: its name and its fields, blocks of operations parsed.
final class Op {
  /// A handler of a `try`.
  ///
  /// @param types names of Python exception types
  record Handler(List<String> types, List<Op> body) {}

  private static final List<String> BLOCKS = List.of("body", "then", "else", "orelse", "finally");

  final String name;
  private final Map<String, @Nullable Object> fields;
  private final Map<String, List<Op>> blocks = new java.util.HashMap<>();
  private final List<Handler> handlers = new ArrayList<>();

  private Op(Map<String, @Nullable Object> fields) {
    this.name = String.valueOf(fields.get("op"));
    this.fields = fields;
    for (String key : BLOCKS) {
      if (fields.get(key) instanceof List<?> ops) {
        blocks.put(key, parse(ops));
      }
    }
    if (fields.get("handlers") instanceof List<?> list) {
      for (Object item : list) {
        Map<String, @Nullable Object> handler = Json.object(item);
        Object body = handler.get("body");
        handlers.add(
            new Handler(
                Json.strings(handler.get("types")),
                body == null ? List.of() : parse((List<?>) body)));
      }
    }
  }

  static List<Op> parse(List<?> ops) {
    List<Op> parsed = new ArrayList<>(ops.size());
    for (Object op : ops) {
      parsed.add(new Op(Json.object(op)));
    }
    return parsed;
  }

  boolean has(String key) {
    return fields.containsKey(key);
  }

  @Nullable Object value(String key) {
    return fields.get(key);
  }

  boolean flag(String key) {
    return Boolean.TRUE.equals(fields.get(key));
  }

  /// A field that must be there.
  String text(String key) {
    return (String) required(key);
  }

  long number(String key) {
    return (Long) required(key);
  }

  List<?> list(String key) {
    return (List<?>) required(key);
  }

  private Object required(String key) {
    Object value = fields.get(key);
    if (value == null) {
      throw new ScenarioError("operation without " + key + ": " + fields);
    }
    return value;
  }

  /// A block of operations; empty if it is missing.
  List<Op> block(String key) {
    return blocks.getOrDefault(key, List.of());
  }

  List<Handler> handlers() {
    return handlers;
  }

  @Override
  public String toString() {
    return fields.toString();
  }
}
