package jasyncio.http;

import jasyncio.http.wire.Percent;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The fields of a URL's query: names and values, in order, decoded. Immutable: each `with` and
/// `plus` method returns a changed copy.
///
/// A name may occur more than once, and counts differently in upper and lower case.
///
/// Callable from any thread. Counterpart: the `MultiDict` behind `params=` and `request.query`.
public final class Query implements Iterable<Query.Field> {
  private static final Query EMPTY = new Query(List.of());

  private final List<Field> fields;

  private Query(List<Field> fields) {
    this.fields = fields;
  }

  /// One field. A field without `=` has an empty value.
  ///
  /// @param name the name of the field
  /// @param value its value
  public record Field(String name, String value) {}

  /// No fields.
  ///
  /// @return the empty query
  public static Query of() {
    return EMPTY;
  }

  /// Fields from alternating names and values, not encoded.
  ///
  /// @param namesAndValues a name, its value, a name, and so on
  /// @return the query
  /// @throws IllegalArgumentException if their number is odd
  public static Query of(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException(
          "a value is missing: " + namesAndValues.length + " names and values, which is odd");
    }
    List<Field> fields = new ArrayList<>(namesAndValues.length / 2);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.add(new Field(namesAndValues[i], namesAndValues[i + 1]));
    }
    return new Query(List.copyOf(fields));
  }

  /// Reads a query as it stands in a URL, without its question mark.
  ///
  /// @param raw null for none
  /// @return the query
  public static Query parse(@Nullable String raw) {
    if (raw == null || raw.isEmpty()) {
      return EMPTY;
    }
    List<Field> fields = new ArrayList<>();
    for (int start = 0; start <= raw.length(); ) {
      int ampersand = raw.indexOf('&', start);
      int end = ampersand < 0 ? raw.length() : ampersand;
      if (end > start) {
        int equals = raw.indexOf('=', start);
        int nameEnd = equals < 0 || equals > end ? end : equals;
        fields.add(
            new Field(
                Percent.decode(raw.substring(start, nameEnd), true),
                nameEnd == end ? "" : Percent.decode(raw.substring(nameEnd + 1, end), true)));
      }
      start = end + 1;
    }
    return new Query(List.copyOf(fields));
  }

  /// {@return the first value of this name, or null if there is none}
  ///
  /// @param name the name of the field
  public @Nullable String get(String name) {
    for (Field field : fields) {
      if (field.name.equals(name)) {
        return field.value;
      }
    }
    return null;
  }

  /// {@return all values of this name, in order}
  ///
  /// @param name the name of the field
  public List<String> getAll(String name) {
    return fields.stream().filter(field -> field.name.equals(name)).map(Field::value).toList();
  }

  /// {@return a copy with one more field at the end}
  ///
  /// @param name the name of the field
  /// @param value its value
  public Query plus(String name, String value) {
    List<Field> changed = new ArrayList<>(fields);
    changed.add(new Field(name, value));
    return new Query(List.copyOf(changed));
  }

  /// {@return how many fields there are}
  public int size() {
    return fields.size();
  }

  /// {@return whether there are none}
  public boolean isEmpty() {
    return fields.isEmpty();
  }

  @Override
  public Iterator<Field> iterator() {
    return fields.iterator();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Query query && fields.equals(query.fields);
  }

  @Override
  public int hashCode() {
    return fields.hashCode();
  }

  /// The fields as they stand in a URL, encoded.
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Field field : fields) {
      text.append(text.isEmpty() ? "" : "&")
          .append(encode(field.name))
          .append('=')
          .append(encode(field.value));
    }
    return text.toString();
  }

  private static String encode(String text) {
    return Percent.quote(text, Percent.QUERY_FIELD).replace("%20", "+");
  }
}
