package jasyncio.conformance;

import jasyncio.ContextVar;
import jasyncio.Future;
import jasyncio.Handle;
import jasyncio.Task;
import jasyncio.Timeout;
import jasyncio.TimerHandle;
import jasyncio.sync.Barrier;
import jasyncio.sync.Condition;
import jasyncio.sync.Event;
import jasyncio.sync.Lock;
import jasyncio.sync.Queue;
import jasyncio.sync.Semaphore;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What a scenario can ask, and the conditions made of it.
final class Queries {
  private Queries() {}

  static @Nullable Object ask(World world, List<?> query) {
    String what = (String) query.get(0);
    String name = query.size() > 1 ? (String) query.get(1) : "";
    return switch (what) {
      case "var" -> world.vars.getOrDefault(name, 0L);
      case "time" -> world.loop.time().nanos() / World.NANOS_PER_MILLI;
      case "all_tasks" ->
          world.loop.allTasks().stream().sorted(world.names.order()).map(Task::getName).toList();
      case "done", "cancelled", "state", "cancelling" -> ofFuture(world, what, name);
      case "expired", "when" -> ofTimeout(world, what, name);
      case "handle_cancelled", "handle_when" -> ofHandle(world, what, name);
      case "cv" -> contextVar(world, name);
      default -> {
        Object resource = world.pick(world.resources, name);
        yield resource == null ? null : ofResource(what, resource);
      }
    };
  }

  private static @Nullable Object ofFuture(World world, String what, String name) {
    Future<?> future = world.ref(name);
    if (future == null) {
      return null;
    }
    return switch (what) {
      case "done" -> future.done();
      case "cancelled" -> future.cancelled();
      case "state" -> World.state(future);
      default -> future instanceof Task<?> task ? (long) task.cancelling() : null;
    };
  }

  private static @Nullable Object ofTimeout(World world, String what, String name) {
    Timeout timeout = world.pick(world.timeouts, name);
    if (timeout == null) {
      return null;
    }
    return what.equals("expired") ? timeout.expired() : when(timeout);
  }

  static @Nullable Long when(Timeout timeout) {
    return timeout.when().isEmpty()
        ? null
        : (Long) (timeout.when().get().nanos() / World.NANOS_PER_MILLI);
  }

  private static @Nullable Object ofHandle(World world, String what, String name) {
    Handle handle = world.pick(world.handles, name);
    if (handle == null) {
      return null;
    }
    if (what.equals("handle_cancelled")) {
      return handle.cancelled();
    }
    return handle instanceof TimerHandle timer
        ? timer.when().nanos() / World.NANOS_PER_MILLI
        : null;
  }

  static @Nullable Object contextVar(World world, String name) {
    ContextVar<@Nullable Object> variable = world.contextVars.get(name);
    if (variable == null) {
      throw new ScenarioError("no such context variable: " + name);
    }
    try {
      return variable.get();
    } catch (NoSuchElementException e) {
      return "<unset>";
    }
  }

  private static @Nullable Object ofResource(String what, Object resource) {
    return switch (what) {
      case "locked" ->
          switch (resource) {
            case Lock lock -> lock.locked();
            case Condition condition -> condition.locked();
            default -> ((Semaphore) resource).locked();
          };
      case "is_set" -> ((Event) resource).isSet();
      case "qsize" -> (long) ((Queue<?>) resource).qsize();
      case "empty" -> ((Queue<?>) resource).empty();
      case "full" -> ((Queue<?>) resource).full();
      case "n_waiting" -> (long) ((Barrier) resource).nWaiting();
      case "broken" -> ((Barrier) resource).broken();
      case "parties" -> (long) ((Barrier) resource).parties();
      default -> throw new ScenarioError("no such query: " + what);
    };
  }

  // ---- conditions ----

  static boolean holds(World world, Object condition) {
    var fields = Json.object(condition);
    Object value = ask(world, (List<?>) Objects.requireNonNull(fields.get("q")));
    String comparison = (String) fields.getOrDefault("cmp", "true");
    if (comparison == null || comparison.equals("true")) {
      return isTrue(value);
    }
    if (comparison.equals("false")) {
      return !isTrue(value);
    }
    if (value == null) {
      return false;
    }
    Object other = fields.get("v");
    return switch (comparison) {
      case "eq" -> Objects.equals(plain(value), plain(other));
      case "ne" -> !Objects.equals(plain(value), plain(other));
      case "ge" -> number(value) >= number(other);
      case "lt" -> number(value) < number(other);
      default -> throw new ScenarioError("no such comparison: " + comparison);
    };
  }

  /// Python's truth of a value.
  private static boolean isTrue(@Nullable Object value) {
    return switch (value) {
      case null -> false;
      case Boolean b -> b;
      case Long n -> n != 0;
      case String s -> !s.isEmpty();
      case List<?> list -> !list.isEmpty();
      default -> true;
    };
  }

  /// In Python, True is 1.
  private static @Nullable Object plain(@Nullable Object value) {
    return value instanceof Boolean b ? (Long) (b ? 1L : 0L) : value;
  }

  private static long number(@Nullable Object value) {
    if (plain(value) instanceof Long n) {
      return n;
    }
    throw new ScenarioError("not a number: " + value);
  }
}
