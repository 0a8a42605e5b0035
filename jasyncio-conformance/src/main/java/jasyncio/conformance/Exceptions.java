package jasyncio.conformance;

import jasyncio.BaseExceptionGroup;
import jasyncio.CancelledError;
import jasyncio.ErrorGroup;
import jasyncio.InvalidStateError;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Exceptions as the trace shows them: Python's type and message.
final class Exceptions {
  /*
   * Overview
   *
   * jasyncio raises IllegalStateException where CPython has RuntimeError, and
   * IllegalArgumentException where it has ValueError or TypeError. Its messages begin with
   * CPython's words, and go on with advice. TEXTS lists every message that asyncio itself produces
   * in the vectors, and this is the one place that separates CPython's part from ours: an exception
   * of the library is shown with the text it begins with. What the program has raised is known by
   * identity, and shown as it is.
   */
  private record Text(String type, String message, Pattern pattern) {
    static Text of(String type, String message) {
      String regex =
          "\\Q" + message.replace("<>", "\\E<.*>\\Q") + "\\E"; // <> stands for any object's text
      return new Text(type, message, Pattern.compile(regex, Pattern.DOTALL));
    }
  }

  private static final List<Text> TEXTS =
      List.of(
          Text.of("RuntimeError", "Lock is not acquired."),
          Text.of("RuntimeError", "cannot wait on un-acquired lock"),
          Text.of("RuntimeError", "cannot notify on un-acquired lock"),
          Text.of("RuntimeError", "Task cannot await on itself: <>"),
          Text.of("RuntimeError", "Task does not support set_result operation"),
          Text.of("RuntimeError", "Task does not support set_exception operation"),
          Text.of("RuntimeError", "TaskGroup <> is finished"),
          Text.of("RuntimeError", "TaskGroup <> is shutting down"),
          Text.of("RuntimeError", "Cannot change state of expired Timeout"),
          Text.of("RuntimeError", "Cannot change state of expiring Timeout"),
          Text.of("RuntimeError", "Cannot change state of finished Timeout"),
          Text.of("RuntimeError", "cannot enter context: <> is already entered"),
          Text.of("RuntimeError", "<> has already been used once"),
          Text.of("RuntimeError", "anext(): asynchronous generator is already running"),
          Text.of("RuntimeError", "athrow(): asynchronous generator is already running"),
          Text.of("RuntimeError", "aclose(): asynchronous generator is already running"),
          Text.of("RuntimeError", "async generator raised StopAsyncIteration"),
          Text.of("RuntimeError", "async generator ignored GeneratorExit"),
          Text.of("BrokenBarrierError", "Barrier aborted"),
          Text.of("BrokenBarrierError", "Abort or reset of barrier"),
          Text.of("ValueError", "BoundedSemaphore released too many times"),
          Text.of("ValueError", "task_done() called too many times"),
          Text.of("ValueError", "Set of Tasks/Futures is empty."),
          Text.of("ValueError", "<> was created in a different Context"),
          Text.of("TypeError", "can't send non-None value to a just-started async generator"));

  /// What CPython raises without a message; ours says more.
  private static final Set<String> WITHOUT_MESSAGE =
      Set.of("TimeoutError", "QueueEmpty", "QueueFull", "QueueShutDown", "StopAsyncIteration");

  private final Set<Throwable> raised = Collections.newSetFromMap(new IdentityHashMap<>());

  /// Makes what the program raises.
  Throwable make(Map<String, @Nullable Object> spec) {
    String type = String.valueOf(spec.get("type"));
    String message = (String) spec.get("msg");
    Throwable made;
    if (spec.get("excs") instanceof List<?> members) {
      List<Throwable> made2 = new ArrayList<>();
      members.forEach(member -> made2.add(make(Json.object(member))));
      made = BaseExceptionGroup.of(message == null ? "" : message, made2).asThrowable();
    } else {
      made = PythonErrors.make(type, message);
    }
    raised.add(made);
    return made;
  }

  /// `[type, message]`, and the members of a group; null for none.
  @Nullable List<?> show(@Nullable Throwable t) {
    if (t == null) {
      return null;
    }
    if (t instanceof BaseExceptionGroup group) {
      List<Object> members = new ArrayList<>();
      group.exceptions().forEach(member -> members.add(show(member)));
      return List.of(type(t), group.message(), members);
    }
    return List.of(type(t), message(t));
  }

  boolean isInstance(Throwable t, List<String> types) {
    String type = type(t);
    return types.stream().anyMatch(expected -> PythonErrors.isSubtype(type, expected));
  }

  /// The name of the type in Python.
  String type(Throwable t) {
    return switch (t) {
      case ErrorGroup _ -> "BaseExceptionGroup";
      case PythonErrors.PythonBaseException _ -> "BaseException";
      case PythonErrors.PythonException _ -> "Exception";
      case NoSuchElementException _ -> "LookupError";
      default -> {
        if (t.getClass() == IllegalStateException.class) {
          yield "RuntimeError";
        }
        if (t.getClass() == IllegalArgumentException.class) {
          Text text = textOf(t);
          yield text == null ? "ValueError" : text.type();
        }
        yield t.getClass().getSimpleName();
      }
    };
  }

  private String message(Throwable t) {
    if (t instanceof InvalidStateError) {
      return ""; // CPython's two implementations differ
    }
    String message = t.getMessage() == null ? "" : t.getMessage();
    if (!raised.contains(t) && !(t instanceof CancelledError)) {
      if (WITHOUT_MESSAGE.contains(type(t))) {
        return "";
      }
      Text text = textOf(t);
      if (text != null) {
        return text.message();
      }
    }
    return normalise(message);
  }

  /// The text of CPython that the message begins with. A `<>` in it stands for an object.
  private static @Nullable Text textOf(Throwable t) {
    String message = t.getMessage();
    for (Text text : TEXTS) {
      if (message != null) {
        Matcher matcher = text.pattern().matcher(message);
        if (matcher.lookingAt()) {
          return text;
        }
      }
    }
    return null;
  }

  /// Objects show themselves differently in each run: what stands between the first `<` and the
  /// last `>` goes.
  static String normalise(String message) {
    int from = message.indexOf('<');
    int to = message.lastIndexOf('>');
    return from >= 0 && from < to
        ? message.substring(0, from) + "<>" + message.substring(to + 1)
        : message;
  }
}
