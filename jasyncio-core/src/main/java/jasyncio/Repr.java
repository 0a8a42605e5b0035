package jasyncio;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Texts of values that may be of any size, or contain what is being printed, or fail to print: a
/// report must not.
///
/// CPython: Lib/reprlib.py, 3.14. Differences: (1) strings have no quotes; (2) they may be longer.
final class Repr {
  private static final int MOST_CHARACTERS = 200;
  private static final int MOST_ITEMS = 6;
  private static final int MOST_ENTRIES = 4;
  private static final int MOST_LEVELS = 6;
  private static final String DOTS = "...";

  /// What this thread is printing right now, the outermost first.
  private static final ThreadLocal<@Nullable List<Object>> PRINTING = new ThreadLocal<>();

  private Repr() {}

  /// The text of `self`; dots where it is being printed already, or deep inside of others.
  ///
  /// CPython: reprlib.recursive_repr.
  static String once(Object self, Supplier<String> text) {
    List<Object> outer = PRINTING.get();
    List<Object> printing = outer == null ? new ArrayList<>() : outer;
    for (Object other : printing) {
      if (other == self) {
        return DOTS;
      }
    }
    if (printing.size() >= MOST_LEVELS) {
      return DOTS;
    }
    if (outer == null) {
      PRINTING.set(printing);
    }
    printing.add(self);
    try {
      return text.get();
    } finally {
      if (outer == null) {
        PRINTING.remove();
      } else {
        printing.removeLast();
      }
    }
  }

  /// A short text of a user's value.
  static String of(@Nullable Object value) {
    try {
      return text(value, MOST_LEVELS);
    } catch (Throwable t) { // a report must not fail because a value cannot be printed
      return nameOf(value) + " that cannot be printed: " + t.getClass().getName();
    }
  }

  private static String nameOf(@Nullable Object value) {
    return value == null ? "null" : value.getClass().getName();
  }

  private static String text(@Nullable Object value, int levels) {
    if (value instanceof Collection<?> items) {
      return levels == 0 ? "[...]" : list(items, levels - 1);
    }
    if (value instanceof Map<?, ?> map) {
      return levels == 0 ? "{...}" : map(map, levels - 1);
    }
    if (value instanceof Throwable) {
      return value.toString(); // what went wrong is never too long
    }
    return shortened(value instanceof CharSequence chars ? chars : String.valueOf(value));
  }

  private static String list(Collection<?> items, int levels) {
    StringBuilder text = new StringBuilder("[");
    Iterator<?> all = items.iterator();
    for (int i = 0; all.hasNext(); i++) {
      text.append(i == 0 ? "" : ", ");
      if (i == MOST_ITEMS) {
        text.append(DOTS);
        break;
      }
      text.append(text(all.next(), levels));
    }
    return text.append(']').toString();
  }

  private static String map(Map<?, ?> map, int levels) {
    StringBuilder text = new StringBuilder("{");
    Iterator<? extends Map.Entry<?, ?>> all = map.entrySet().iterator();
    for (int i = 0; all.hasNext(); i++) {
      text.append(i == 0 ? "" : ", ");
      if (i == MOST_ENTRIES) {
        text.append(DOTS);
        break;
      }
      Map.Entry<?, ?> entry = all.next();
      text.append(text(entry.getKey(), levels)).append('=').append(text(entry.getValue(), levels));
    }
    return text.append('}').toString();
  }

  private static String shortened(CharSequence text) {
    int length = text.length();
    if (length <= MOST_CHARACTERS) {
      return text.toString();
    }
    int half = (MOST_CHARACTERS - DOTS.length()) / 2;
    return text.subSequence(0, half) + DOTS + text.subSequence(length - half, length);
  }
}
