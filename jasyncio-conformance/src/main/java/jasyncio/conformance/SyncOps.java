package jasyncio.conformance;

import jasyncio.AsyncGenerator;
import jasyncio.Asyncio;
import jasyncio.Context;
import jasyncio.ContextVar;
import jasyncio.Coroutine;
import jasyncio.Future;
import jasyncio.Handle;
import jasyncio.Task;
import jasyncio.TaskGroup;
import jasyncio.TaskOptions;
import jasyncio.Timeout;
import jasyncio.sync.Condition;
import jasyncio.sync.Event;
import jasyncio.sync.Lock;
import jasyncio.sync.Queue;
import jasyncio.sync.Semaphore;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The operations that do not suspend, allowed in callbacks too.
final class SyncOps {
  private final World world;

  SyncOps(World world) {
    this.world = world;
  }

  /// Does `op` if it is one of these.
  ///
  /// @return false if it is not
  boolean run(Op op) {
    switch (op.name) {
      case "log" -> world.event("log", op.value("v"));
      case "query" -> query(op);
      case "var_set" -> world.vars.put(op.text("var"), op.number("v"));
      case "var_add" ->
          world.vars.merge(op.text("var"), op.has("d") ? op.number("d") : 1, Long::sum);
      case "spawn" -> spawn(op);
      case "future" ->
          world.names.bind(world.names.reserve(op.text("name")), world.loop.createFuture());
      case "gen_new" -> world.generators.put(op.text("name"), generator(op.text("gen")));
      case "stop" -> {
        world.loop.stop();
        world.event("stop");
      }
      case "call_soon", "call_soon_threadsafe", "call_later", "call_at" -> schedule(op);
      case "handle_cancel" -> cancelHandle(op);
      case "reschedule" -> reschedule(op);
      case "cv_set", "cv_get", "cv_reset", "ctx_copy" -> context(op);
      case "cancel", "uncancel", "cancelling" -> cancellation(op);
      case "set_result", "set_exception", "result", "exception" -> outcome(op);
      case "add_done_callback", "remove_done_callback" -> doneCallback(op);
      case "release", "set", "clear", "notify", "notify_all" -> lock(op);
      case "put_nowait", "get_nowait", "task_done", "shutdown" -> queue(op);
      default -> {
        return false;
      }
    }
    return true;
  }

  private void query(Op op) {
    List<?> query = op.list("q");
    @Nullable Object[] event = new Object[query.size() + 2];
    event[0] = "query";
    for (int i = 0; i < query.size(); i++) {
      event[i + 1] = query.get(i);
    }
    event[event.length - 1] = world.value(Queries.ask(world, query));
    world.event(event);
  }

  // ---- making things ----

  private void spawn(Op op) {
    TaskGroup group = null;
    if (op.has("tg")) {
      group = (TaskGroup) world.pick(world.resources, op.text("tg"));
      if (group == null) {
        return;
      }
    }
    TaskOptions options = TaskOptions.defaults();
    if (op.has("context")) {
      Context context = world.pick(world.contexts, op.text("context"));
      if (context == null) {
        return;
      }
      options = options.withContext(context);
    }
    if (op.has("eager")) {
      options = options.withEagerStart(op.flag("eager"));
    }
    Coroutine<@Nullable Object> coroutine = world.labelled(op.text("task"), op.text("coro"));
    world.event("spawn", world.reservedLabel(coroutine));
    if (group == null) {
      world.loop.createTask(coroutine, options);
    } else {
      group.createTask(coroutine, options);
    }
  }

  private AsyncGenerator<@Nullable Object> generator(String function) {
    List<Op> ops = world.program.gens().get(function);
    if (ops == null) {
      throw new ScenarioError("no such generator: " + function);
    }
    return Asyncio.asyncGenerator(yielder -> {
      world.event("gbegin", function);
      try {
        new Body(world, yielder).run(ops);
      } finally {
        world.event("gend", function);
      }
    });
  }

  // ---- the loop ----

  private void schedule(Op op) {
    Context context = null;
    if (op.has("context")) {
      context = world.pick(world.contexts, op.text("context"));
      if (context == null) {
        return;
      }
    }
    Runnable callback = world.plainCallbacks.get(op.text("cb"));
    if (callback == null) {
      throw new ScenarioError("no such callback: " + op);
    }
    Handle handle = context == null ? schedule(op, callback) : schedule(op, callback, context);
    world.event(op.name, op.text("cb"));
    if (op.has("handle")) {
      world.handles.put(op.text("handle"), handle);
    }
  }

  private Handle schedule(Op op, Runnable callback) {
    return switch (op.name) {
      case "call_soon" -> world.loop.callSoon(callback);
      case "call_soon_threadsafe" -> world.loop.callSoonThreadsafe(callback);
      case "call_later" -> world.loop.callLater(Duration.ofMillis(op.number("ms")), callback);
      default -> world.loop.callAt(World.at(op.number("ms")), callback);
    };
  }

  private Handle schedule(Op op, Runnable callback, Context context) {
    return switch (op.name) {
      case "call_soon" -> world.loop.callSoon(callback, context);
      case "call_soon_threadsafe" -> world.loop.callSoonThreadsafe(callback, context);
      case "call_later" ->
          world.loop.callLater(Duration.ofMillis(op.number("ms")), callback, context);
      default -> world.loop.callAt(World.at(op.number("ms")), callback, context);
    };
  }

  private void cancelHandle(Op op) {
    Handle handle = world.pick(world.handles, op.text("handle"));
    if (handle != null) {
      handle.cancel();
      world.event("handle_cancel", op.text("handle"));
    }
  }

  private void reschedule(Op op) {
    Timeout timeout = world.pick(world.timeouts, op.text("t"));
    if (timeout == null) {
      return;
    }
    if (op.value("ms") == null) {
      timeout.disarm();
    } else if (op.flag("abs")) {
      timeout.rescheduleAt(World.at(op.number("ms")));
    } else {
      timeout.reschedule(Duration.ofMillis(op.number("ms")));
    }
    world.event("reschedule", op.text("t"), Queries.when(timeout));
  }

  private void context(Op op) {
    switch (op.name) {
      case "ctx_copy" -> world.contexts.put(op.text("name"), Context.copyOfCurrent());
      case "cv_get" ->
          world.event("cv_get", op.text("var"), Queries.contextVar(world, op.text("var")));
      case "cv_set" -> {
        ContextVar<@Nullable Object> variable = world.contextVars.get(op.text("var"));
        if (variable == null) {
          throw new ScenarioError("no such context variable: " + op);
        }
        ContextVar.Token<@Nullable Object> token = variable.set(op.value("v"));
        if (op.has("token")) {
          world.tokens.put(op.text("token"), new World.Token(variable, token));
        }
      }
      default -> {
        World.Token token = world.pick(world.tokens, op.text("token"));
        if (token != null) {
          token.variable().reset(token.token());
          world.event("cv_reset", op.text("token"));
        }
      }
    }
  }

  // ---- futures ----

  private void cancellation(Op op) {
    Future<@Nullable Object> future = world.ref(op.has("target") ? op.text("target") : "self");
    if (future == null) {
      return;
    }
    Object outcome =
        switch (op.name) {
          case "cancel" -> future.cancel((String) op.value("msg"));
          case "uncancel" -> future instanceof Task<?> task ? (Long) (long) task.uncancel() : null;
          default -> future instanceof Task<?> task ? (Long) (long) task.cancelling() : null;
        };
    world.event(op.name, world.names.label(future), outcome);
  }

  private void outcome(Op op) {
    Future<@Nullable Object> future = world.ref(op.text("target"));
    if (future == null) {
      return;
    }
    String label = world.names.label(future);
    switch (op.name) {
      case "set_result" -> {
        future.setResult(op.value("v"));
        world.event("set_result", label);
      }
      case "set_exception" -> {
        future.setException(world.exceptions.make(Json.object(op.value("exc"))));
        world.event("set_exception", label);
      }
      case "result" -> world.event("result", label, world.value(future.result()));
      default -> world.event("exception", label, world.exceptions.show(future.exception()));
    }
  }

  private void doneCallback(Op op) {
    Future<@Nullable Object> future = world.ref(op.text("target"));
    if (future == null) {
      return;
    }
    var callback = world.doneCallbacks.get(op.text("cb"));
    if (callback == null) {
      throw new ScenarioError("no such callback: " + op);
    }
    if (op.name.equals("remove_done_callback")) {
      long removed = future.removeDoneCallback(callback);
      world.event("remove_done_callback", world.names.label(future), removed);
    } else if (op.has("context")) {
      Context context = world.pick(world.contexts, op.text("context"));
      if (context != null) {
        future.addDoneCallback(callback, context);
      }
    } else {
      future.addDoneCallback(callback);
    }
  }

  // ---- locks and queues ----

  private void lock(Op op) {
    String name = op.text("res");
    Object resource = world.resource(name);
    switch (op.name) {
      case "set" -> ((Event) resource).set();
      case "clear" -> ((Event) resource).clear();
      case "notify" -> ((Condition) resource).notify(op.has("n") ? (int) op.number("n") : 1);
      case "notify_all" -> ((Condition) resource).notifyWaiters();
      default -> {
        switch (resource) {
          case Lock lock -> lock.release();
          case Condition condition -> condition.release();
          default -> ((Semaphore) resource).release();
        }
      }
    }
    world.event(op.name, name);
  }

  private void queue(Op op) {
    String name = op.text("res");
    Queue<@Nullable Object> queue = world.queue(name);
    switch (op.name) {
      case "put_nowait" -> queue.putNowait(op.value("v"));
      case "task_done" -> queue.taskDone();
      case "shutdown" -> queue.shutdown(op.flag("immediate"));
      default -> {
        world.event("get_nowait", name, world.value(queue.getNowait()));
        return;
      }
    }
    world.event(op.name, name);
  }
}
