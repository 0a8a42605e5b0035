package jasyncio.conformance;

import jasyncio.CancelledError;
import jasyncio.GeneratorExit;
import jasyncio.InvalidStateError;
import jasyncio.StopAsyncIteration;
import jasyncio.TimeoutError;
import jasyncio.sync.BrokenBarrierError;
import jasyncio.sync.QueueEmpty;
import jasyncio.sync.QueueFull;
import jasyncio.sync.QueueShutDown;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The exceptions a scenario raises: jasyncio's own where it has them, else classes of the same
/// name as in Python.
final class PythonErrors {
  private PythonErrors() {}

  /// Python's hierarchy: the parent of each type. ExceptionGroup has a second one.
  private static final Map<String, String> PARENTS =
      Map.ofEntries(
          Map.entry("CancelledError", "BaseException"),
          Map.entry("GeneratorExit", "BaseException"),
          Map.entry("BaseExceptionGroup", "BaseException"),
          Map.entry("Exception", "BaseException"),
          Map.entry("ValueError", "Exception"),
          Map.entry("TypeError", "Exception"),
          Map.entry("RuntimeError", "Exception"),
          Map.entry("BrokenBarrierError", "RuntimeError"),
          Map.entry("LookupError", "Exception"),
          Map.entry("KeyError", "LookupError"),
          Map.entry("IndexError", "LookupError"),
          Map.entry("ArithmeticError", "Exception"),
          Map.entry("ZeroDivisionError", "ArithmeticError"),
          Map.entry("OSError", "Exception"),
          Map.entry("TimeoutError", "OSError"),
          Map.entry("StopAsyncIteration", "Exception"),
          Map.entry("InvalidStateError", "Exception"),
          Map.entry("QueueEmpty", "Exception"),
          Map.entry("QueueFull", "Exception"),
          Map.entry("QueueShutDown", "Exception"),
          Map.entry("ExceptionGroup", "Exception"));

  private static final Map<String, Function<@Nullable String, Throwable>> MAKERS =
      Map.ofEntries(
          Map.entry("CancelledError", CancelledError::new),
          Map.entry("GeneratorExit", _ -> new GeneratorExit()),
          Map.entry("BaseException", PythonBaseException::new),
          Map.entry("Exception", PythonException::new),
          Map.entry("ValueError", ValueError::new),
          Map.entry("TypeError", TypeError::new),
          Map.entry("RuntimeError", RuntimeError::new),
          Map.entry("BrokenBarrierError", BrokenBarrierError::new),
          Map.entry("LookupError", LookupError::new),
          Map.entry("KeyError", KeyError::new),
          Map.entry("IndexError", IndexError::new),
          Map.entry("ArithmeticError", ArithmeticError::new),
          Map.entry("ZeroDivisionError", ZeroDivisionError::new),
          Map.entry("OSError", OSError::new),
          Map.entry("TimeoutError", TimeoutError::new),
          Map.entry("StopAsyncIteration", _ -> new StopAsyncIteration()),
          Map.entry("InvalidStateError", InvalidStateError::new),
          Map.entry("QueueEmpty", QueueEmpty::new),
          Map.entry("QueueFull", QueueFull::new),
          Map.entry("QueueShutDown", QueueShutDown::new));

  /// Whether `except expected` catches an exception of this type.
  static boolean isSubtype(String type, String expected) {
    if (type.equals("ExceptionGroup") && expected.equals("BaseExceptionGroup")) {
      return true;
    }
    for (String t = type; t != null; t = PARENTS.get(t)) {
      if (t.equals(expected)) {
        return true;
      }
    }
    return false;
  }

  static Throwable make(String type, @Nullable String message) {
    Function<@Nullable String, Throwable> maker = MAKERS.get(type);
    if (maker == null) {
      throw new ScenarioError("no such exception type: " + type);
    }
    return maker.apply(message);
  }

  /// Common to the types that only Python has.
  abstract static class Raised extends Exception {
    private static final long serialVersionUID = 1;

    Raised(@Nullable String message) {
      super(message);
    }
  }

  static final class PythonBaseException extends Error {
    private static final long serialVersionUID = 1;

    PythonBaseException(@Nullable String message) {
      super(message);
    }
  }

  static final class PythonException extends Raised {
    private static final long serialVersionUID = 1;

    PythonException(@Nullable String message) {
      super(message);
    }
  }

  static final class ValueError extends Raised {
    private static final long serialVersionUID = 1;

    ValueError(@Nullable String message) {
      super(message);
    }
  }

  static final class TypeError extends Raised {
    private static final long serialVersionUID = 1;

    TypeError(@Nullable String message) {
      super(message);
    }
  }

  static final class RuntimeError extends Raised {
    private static final long serialVersionUID = 1;

    RuntimeError(@Nullable String message) {
      super(message);
    }
  }

  static final class LookupError extends Raised {
    private static final long serialVersionUID = 1;

    LookupError(@Nullable String message) {
      super(message);
    }
  }

  static final class KeyError extends Raised {
    private static final long serialVersionUID = 1;

    KeyError(@Nullable String message) {
      super(message);
    }
  }

  static final class IndexError extends Raised {
    private static final long serialVersionUID = 1;

    IndexError(@Nullable String message) {
      super(message);
    }
  }

  static final class ArithmeticError extends Raised {
    private static final long serialVersionUID = 1;

    ArithmeticError(@Nullable String message) {
      super(message);
    }
  }

  static final class ZeroDivisionError extends Raised {
    private static final long serialVersionUID = 1;

    ZeroDivisionError(@Nullable String message) {
      super(message);
    }
  }

  static final class OSError extends Raised {
    private static final long serialVersionUID = 1;

    OSError(@Nullable String message) {
      super(message);
    }
  }
}
