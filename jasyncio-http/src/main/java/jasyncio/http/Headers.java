package jasyncio.http;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The header fields of a request or a response: names and values, in order. Immutable: each `with`
/// and `plus` method returns a changed copy.
///
/// A name may occur more than once, and counts the same in upper and lower case. Values may hold
/// Latin-1 only, and no control characters: whoever could put a line break into one could write
/// further fields, or a second response.
///
/// Callable from any thread. Counterpart: `multidict.CIMultiDict`.
public final class Headers implements Iterable<Headers.Field> {
  private static final Headers EMPTY = new Headers(List.of());

  private final List<Field> fields;

  private Headers(List<Field> fields) {
    this.fields = fields;
  }

  /// One field.
  ///
  /// @param name a token of RFC 9110: letters, digits and some punctuation
  /// @param value Latin-1 without control characters but the tab; not trimmed
  public record Field(String name, String value) {
    /// Checks both.
    ///
    /// @throws IllegalArgumentException if the name is no token, or the value holds a character
    ///   that a field must not
    public Field {
      requireToken("header name", name);
      requireFieldValue(name, value);
    }

    @Override
    public String toString() {
      return name + ": " + value;
    }
  }

  /// No fields.
  ///
  /// @return the header
  public static Headers of() {
    return EMPTY;
  }

  /// Fields from alternating names and values.
  ///
  /// @param namesAndValues a name, its value, a name, and so on
  /// @return the header
  /// @throws IllegalArgumentException if their number is odd, or one may not be in a header
  public static Headers of(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException(
          "a value is missing: " + namesAndValues.length + " names and values, which is odd");
    }
    List<Field> fields = new ArrayList<>(namesAndValues.length / 2);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.add(new Field(namesAndValues[i], namesAndValues[i + 1]));
    }
    return fields.isEmpty() ? EMPTY : new Headers(List.copyOf(fields));
  }

  /// These fields.
  ///
  /// @param fields the fields
  /// @return the header
  public static Headers of(List<Field> fields) {
    return fields.isEmpty() ? EMPTY : new Headers(List.copyOf(fields));
  }

  /// {@return the first value of this name, or null if there is none}
  ///
  /// @param name the name of the field, in upper or lower case
  public @Nullable String get(String name) {
    for (Field field : fields) {
      if (field.name.equalsIgnoreCase(name)) {
        return field.value;
      }
    }
    return null;
  }

  /// {@return all values of this name, in order}
  ///
  /// @param name the name of the field, in upper or lower case
  public List<String> getAll(String name) {
    List<String> values = new ArrayList<>(1);
    for (Field field : fields) {
      if (field.name.equalsIgnoreCase(name)) {
        values.add(field.value);
      }
    }
    return List.copyOf(values);
  }

  /// {@return whether there is a field of this name}
  ///
  /// @param name the name of the field, in upper or lower case
  public boolean contains(String name) {
    return get(name) != null;
  }

  /// {@return the different names, in lower case, in order of their first field}
  public Set<String> names() {
    Set<String> names = new LinkedHashSet<>();
    for (Field field : fields) {
      names.add(field.name.toLowerCase(Locale.ROOT));
    }
    return names;
  }

  /// {@return a copy in which this is the only field of its name, in the place of the first it
  /// replaces}
  ///
  /// @param name the name of the field, in upper or lower case
  /// @param value its value
  /// @throws IllegalArgumentException if name or value may not be in a header
  public Headers with(String name, String value) {
    Field added = new Field(name, value);
    List<Field> changed = new ArrayList<>(fields.size() + 1);
    boolean placed = false;
    for (Field field : fields) {
      if (!field.name.equalsIgnoreCase(name)) {
        changed.add(field);
      } else if (!placed) {
        changed.add(added);
        placed = true;
      }
    }
    if (!placed) {
      changed.add(added);
    }
    return new Headers(List.copyOf(changed));
  }

  /// {@return a copy with one more field at the end; others of the same name stay}
  ///
  /// @param name the name of the field, in upper or lower case
  /// @param value its value
  /// @throws IllegalArgumentException if name or value may not be in a header
  public Headers plus(String name, String value) {
    List<Field> changed = new ArrayList<>(fields);
    changed.add(new Field(name, value));
    return new Headers(List.copyOf(changed));
  }

  /// {@return a copy with this field if there is none of its name yet}
  ///
  /// @param name the name of the field, in upper or lower case
  /// @param value its value
  /// @throws IllegalArgumentException if name or value may not be in a header
  public Headers withDefault(String name, String value) {
    return contains(name) ? this : plus(name, value);
  }

  /// {@return a copy in which the fields of `others` take the place of those with the same names}
  ///
  /// @param others the fields to add or replace
  public Headers withAll(Headers others) {
    if (others.fields.isEmpty()) {
      return this;
    }
    List<Field> changed = new ArrayList<>(fields);
    changed.removeIf(field -> others.contains(field.name));
    changed.addAll(others.fields);
    return new Headers(List.copyOf(changed));
  }

  /// {@return a copy without the fields of this name}
  ///
  /// @param name the name of the field, in upper or lower case
  public Headers without(String name) {
    if (!contains(name)) {
      return this;
    }
    List<Field> changed = new ArrayList<>(fields);
    changed.removeIf(field -> field.name.equalsIgnoreCase(name));
    return of(changed);
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
    return other instanceof Headers headers && fields.equals(headers.fields);
  }

  @Override
  public int hashCode() {
    return fields.hashCode();
  }

  @Override
  public String toString() {
    return fields.toString();
  }

  private static void requireToken(String what, String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException(what + " is empty");
    }
    for (int i = 0; i < text.length(); i++) {
      if (!isTokenCharacter(text.charAt(i))) {
        throw new IllegalArgumentException(
            what
                + " \""
                + printable(text)
                + "\" holds "
                + describe(text.charAt(i))
                + " at index "
                + i
                + ". Allowed are letters, digits and !#$%&'*+-.^_`|~");
      }
    }
  }

  private static void requireFieldValue(String name, String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if ((c < ' ' && c != '\t') || c == 0x7f) {
        throw new IllegalArgumentException(
            "Newline, carriage return, or null byte detected in headers. Potential header"
                + " injection attack. The value of "
                + name
                + " holds "
                + describe(c)
                + " at index "
                + i);
      }
      if (c > 0xff) {
        throw new IllegalArgumentException(
            "the value of "
                + name
                + " holds "
                + describe(c)
                + " at index "
                + i
                + ", which is not Latin-1. Percent-encode it, or use an encoding the field"
                + " defines");
      }
    }
  }

  private static boolean isTokenCharacter(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
  }

  private static String describe(char c) {
    return c > ' ' && c < 0x7f ? "'" + c + "'" : String.format(Locale.ROOT, "U+%04X", (int) c);
  }

  private static String printable(String text) {
    StringBuilder safe = new StringBuilder(text.length());
    text.chars().forEach(c -> safe.append(c >= ' ' && c < 0x7f ? (char) c : '?'));
    return safe.toString();
  }
}
