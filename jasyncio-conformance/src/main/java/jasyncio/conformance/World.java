package jasyncio.conformance;

import jasyncio.AsyncGenerator;
import jasyncio.Asyncio;
import jasyncio.Awaitable;
import jasyncio.Context;
import jasyncio.ContextVar;
import jasyncio.Coroutine;
import jasyncio.EventLoop;
import jasyncio.ExceptionContext;
import jasyncio.Future;
import jasyncio.Handle;
import jasyncio.LoopTime;
import jasyncio.Task;
import jasyncio.TaskFactory;
import jasyncio.TaskOptions;
import jasyncio.Timeout;
import jasyncio.sync.Barrier;
import jasyncio.sync.BoundedSemaphore;
import jasyncio.sync.Condition;
import jasyncio.sync.Event;
import jasyncio.sync.LifoQueue;
import jasyncio.sync.Lock;
import jasyncio.sync.PriorityQueue;
import jasyncio.sync.Queue;
import jasyncio.sync.Semaphore;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Everything a running scenario can refer to, and the trace it leaves.
final class World {
  /// A callback that is running.
  ///
  /// @param argument the future it was called with, if it is a done-callback
  record Frame(String name, @Nullable Future<?> argument) {}

  /// A variable's old value, with the variable.
  record Token(ContextVar<@Nullable Object> variable, ContextVar.Token<@Nullable Object> token) {}

  static final long NANOS_PER_MILLI = 1_000_000;

  /// A time of the loop's clock, which starts with 0 here.
  static LoopTime at(long millis) {
    return new LoopTime(millis * NANOS_PER_MILLI);
  }

  final Program program;
  final EventLoop loop;
  final Names names = new Names();
  final Exceptions exceptions = new Exceptions();
  final Map<String, Object> resources = new HashMap<>();
  final Map<String, Long> vars;
  final Map<String, ContextVar<@Nullable Object>> contextVars = new HashMap<>();
  final Map<String, Token> tokens = new HashMap<>();
  final Map<String, Context> contexts = new HashMap<>();
  final Map<String, AsyncGenerator<@Nullable Object>> generators = new HashMap<>();
  final Map<String, Handle> handles = new HashMap<>();
  final Map<String, Timeout> timeouts = new HashMap<>();
  final ArrayDeque<Frame> callbacks = new ArrayDeque<>();
  final Map<String, Runnable> plainCallbacks = new HashMap<>();
  final Map<String, Consumer<Future<?>>> doneCallbacks = new HashMap<>();

  /// Futures that were reported as failed without anybody having looked.
  final Set<Future<?>> unretrieved = Collections.newSetFromMap(new IdentityHashMap<>());

  private final IdentityHashMap<Coroutine<?>, Names.Slot> unstarted = new IdentityHashMap<>();
  private final List<Object> kept = new ArrayList<>();
  private final List<List<?>> trace = new ArrayList<>();
  private boolean frozen;

  World(Program program, EventLoop loop) {
    this.program = program;
    this.loop = loop;
    this.vars = new HashMap<>(program.vars());
    loop.setTaskFactory(new Labelling(program.eager()));
    loop.setExceptionHandler((_, context) -> report(context));
    for (String name : program.callbacks().keySet()) {
      plainCallbacks.put(name, () -> runCallback(name, null));
      doneCallbacks.put(name, future -> runCallback(name, future));
    }
    program.resources().forEach(this::makeResource);
  }

  private void makeResource(String name, Map<String, @Nullable Object> spec) {
    String kind = String.valueOf(spec.get("kind"));
    switch (kind) {
      case "future" -> names.bind(names.reserve(name), loop.createFuture());
      case "contextvar" ->
          contextVars.put(
              name,
              spec.containsKey("default")
                  ? ContextVar.withDefault(name, spec.get("default"))
                  : ContextVar.of(name));
      default -> resources.put(name, resource(kind, spec));
    }
  }

  private Object resource(String kind, Map<String, @Nullable Object> spec) {
    return switch (kind) {
      case "lock" -> new Lock();
      case "event" -> new Event();
      case "condition" ->
          spec.get("lock") instanceof String lock
              ? new Condition((Lock) resource(lock))
              : new Condition();
      case "semaphore" -> new Semaphore(number(spec, "value", 1));
      case "bounded_semaphore" -> new BoundedSemaphore(number(spec, "value", 1));
      case "barrier" -> new Barrier(number(spec, "parties", 1));
      case "queue" -> new Queue<@Nullable Object>(number(spec, "maxsize", 0));
      case "lifo_queue" -> new LifoQueue<@Nullable Object>(number(spec, "maxsize", 0));
      case "priority_queue" -> new PriorityQueue<Object>(number(spec, "maxsize", 0));
      default -> throw new ScenarioError("no such resource: " + kind);
    };
  }

  private static int number(Map<String, @Nullable Object> spec, String key, int fallback) {
    return spec.get(key) instanceof Long value ? Math.toIntExact(value) : fallback;
  }

  // ---- references ----

  /// A resource that the scenario declares.
  Object resource(String name) {
    Object resource = resources.get(name);
    if (resource == null) {
      throw new ScenarioError("no such resource: " + name);
    }
    return resource;
  }

  @SuppressWarnings("unchecked")
  Queue<@Nullable Object> queue(String name) {
    return (Queue<@Nullable Object>) resource(name);
  }

  /// What `name` refers to; if nothing, that is an event.
  <T> @Nullable T pick(Map<String, T> table, String name) {
    T found = table.get(name);
    if (found == null) {
      event("noref", name);
    }
    return found;
  }

  /// The task or future that `name` refers to; if none, that is an event.
  @SuppressWarnings("unchecked")
  @Nullable Future<@Nullable Object> ref(String name) {
    Future<?> found =
        switch (name) {
          case "self" -> currentTask();
          case "arg" -> callbacks.isEmpty() ? null : callbacks.getLast().argument();
          default -> names.find(name);
        };
    if (found == null) {
      event("noref", name);
    }
    return (Future<@Nullable Object>) found;
  }

  private @Nullable Task<?> currentTask() {
    return loop.isRunning() ? loop.currentTask() : null;
  }

  /// An item of gather and its kin: an existing future, or a new coroutine with a label of its own.
  @Nullable Awaitable<@Nullable Object> item(@Nullable Object item) {
    if (item instanceof String name) {
      return ref(name);
    }
    Map<String, @Nullable Object> spec = Json.object(item);
    return labelled((String) spec.get("task"), (String) spec.get("coro"));
  }

  List<Awaitable<@Nullable Object>> items(List<?> items) {
    List<Awaitable<@Nullable Object>> found = new ArrayList<>();
    for (Object item : items) {
      Awaitable<@Nullable Object> awaitable = item(item);
      if (awaitable != null) {
        found.add(awaitable);
      }
    }
    return found;
  }

  /// A coroutine whose task, if it becomes one, will bear a label of `name`.
  Coroutine<@Nullable Object> labelled(@Nullable String name, @Nullable String function) {
    if (name == null || function == null) {
      throw new ScenarioError("a coroutine needs a function and a name for its task");
    }
    Names.Slot slot = names.reserve(name);
    Coroutine<@Nullable Object> coroutine = coroutine(function);
    kept.add(coroutine);
    unstarted.put(coroutine, slot);
    return coroutine;
  }

  String reservedLabel(Coroutine<?> coroutine) {
    Names.Slot slot = unstarted.get(coroutine);
    return slot == null ? "?" : slot.label;
  }

  Coroutine<@Nullable Object> coroutine(String function) {
    List<Op> ops = program.coros().get(function);
    if (ops == null) {
      throw new ScenarioError("no such coroutine: " + function);
    }
    return Asyncio.async(() -> {
      event("begin", function);
      Object value;
      try {
        Body body = new Body(this, null);
        body.run(ops);
        value = body.returned();
      } catch (Throwable t) {
        event("fail", function, exceptions.show(t));
        throw t;
      }
      event("end", function, value(value));
      return value;
    });
  }

  /// Gives the tasks of the scenario their labels, wherever the library makes them.
  private final class Labelling implements TaskFactory {
    private final boolean eager;

    Labelling(boolean eager) {
      this.eager = eager;
    }

    @Override
    public <T extends @Nullable Object> Task<T> createTask(
        EventLoop loop, Coroutine<? extends T> coroutine, TaskOptions options) {
      Names.Slot slot = unstarted.remove(coroutine);
      TaskOptions named = options.withName(slot == null ? "auto" : slot.label);
      Task<T> task =
          eager
              ? TaskFactory.eager().<T>createTask(loop, coroutine, named)
              : Task.<T>create(loop, coroutine, named);
      kept.add(task);
      if (slot != null) {
        names.bind(slot, task);
      }
      return task;
    }
  }

  // ---- callbacks ----

  private void runCallback(String name, @Nullable Future<?> argument) {
    callbacks.addLast(new Frame(name, argument));
    try {
      if (argument == null) {
        event("cb", name);
      } else {
        event("cb", name, names.label(argument), state(argument));
      }
      new Body(this, null).run(program.callbacks().getOrDefault(name, List.of()));
    } finally {
      callbacks.removeLast();
    }
  }

  static String state(Future<?> future) {
    return switch (future.state()) {
      case RUNNING -> "pending";
      case SUCCESS -> "result";
      case FAILED -> "exception";
      case CANCELLED -> "cancelled";
    };
  }

  private void report(ExceptionContext context) {
    String message = context.message();
    Future<?> future = context.future();
    if (message.contains("exception was never retrieved")) {
      if (future != null) {
        unretrieved.add(future);
      }
      return;
    }
    if (message.startsWith("Task was destroyed but it is pending")) {
      return;
    }
    event(
        "exc_handler",
        reportText(context),
        exceptions.show(context.exception()),
        future == null ? null : names.label(future));
  }

  /// The message without what shows itself differently in Java.
  private String reportText(ExceptionContext context) {
    String message = context.message();
    for (String start :
        List.of(
            "Exception in callback",
            "an error occurred during closing of asynchronous generator")) {
      if (message.startsWith(start)) {
        return start;
      }
    }
    if (message.startsWith("Task ") && message.contains("has errored out")) {
      return "Task has errored out but its parent task is already completed";
    }
    String shielded = " exception in shielded future";
    Throwable exception = context.exception();
    if (message.endsWith(shielded) && exception != null) {
      return exceptions.type(exception) + shielded; // the name of the type is Java's
    }
    return Exceptions.normalise(message);
  }

  // ---- the trace ----

  /// Adds an event at the loop's present time and turn.
  void event(@Nullable Object... what) {
    add(loop.turn(), what);
  }

  /// Adds an event of the end, which has no turn.
  void finalEvent(@Nullable Object... what) {
    add(0, what);
  }

  private void add(long turn, @Nullable Object... what) {
    if (frozen) {
      return;
    }
    List<@Nullable Object> event = new ArrayList<>(what.length + 3);
    event.add(loop.time().nanos() / NANOS_PER_MILLI);
    event.add(turn);
    event.add(actor());
    Collections.addAll(event, what);
    trace.add(event);
  }

  private String actor() {
    Task<?> task = currentTask();
    if (task != null) {
      return task.getName();
    }
    return callbacks.isEmpty() ? "-" : "@" + callbacks.getLast().name();
  }

  /// From now on nothing is recorded, and no operation does anything.
  void freeze() {
    frozen = true;
  }

  void thaw() {
    frozen = false;
  }

  boolean isFrozen() {
    return frozen;
  }

  List<List<?>> trace() {
    return trace;
  }

  /// A value as the trace shows it.
  @Nullable Object value(@Nullable Object value) {
    return switch (value) {
      case null -> null;
      case Boolean b -> b;
      case String s -> s;
      case Number n -> n.longValue();
      case List<?> list -> {
        List<@Nullable Object> shown = new ArrayList<>();
        list.forEach(item -> shown.add(value(item)));
        yield shown;
      }
      case Throwable t -> {
        List<?> shown = exceptions.show(t);
        yield shown == null ? null : Map.of("exc", shown);
      }
      case Future<?> future -> Map.of("fut", names.label(future));
      default -> Map.of("obj", value.getClass().getSimpleName());
    };
  }
}
