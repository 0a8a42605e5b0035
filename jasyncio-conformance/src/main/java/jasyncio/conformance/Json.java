package jasyncio.conformance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// JSON as plain Java values: null, Boolean, Long, String, List, Map.
final class Json {
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.USE_LONG_FOR_INTS).build();

  private Json() {}

  static Object parse(String text) throws JsonProcessingException {
    return MAPPER.readValue(text, Object.class);
  }

  static String write(@Nullable Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new ScenarioError("not a JSON value: " + value, e);
    }
  }

  @SuppressWarnings("unchecked")
  static Map<String, @Nullable Object> object(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      return (Map<String, @Nullable Object>) map;
    }
    throw new ScenarioError("an object is expected, not " + value);
  }

  @SuppressWarnings("unchecked")
  static List<String> strings(@Nullable Object value) {
    if (value instanceof List<?> list) {
      return (List<String>) list;
    }
    throw new ScenarioError("a list is expected, not " + value);
  }
}
