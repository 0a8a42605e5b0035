package jasyncio.conformance;

import static jasyncio.Asyncio.asyncFor;
import static jasyncio.Asyncio.await;

import jasyncio.AsyncBody;
import jasyncio.AsyncGenerator;
import jasyncio.Asyncio;
import jasyncio.Awaitable;
import jasyncio.Context;
import jasyncio.Coroutine;
import jasyncio.Future;
import jasyncio.ReturnWhen;
import jasyncio.TaskGroup;
import jasyncio.Timeout;
import jasyncio.WaitResult;
import jasyncio.Yielder;
import jasyncio.sync.Barrier;
import jasyncio.sync.Condition;
import jasyncio.sync.Event;
import jasyncio.sync.Lock;
import jasyncio.sync.Semaphore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One call of a coroutine, generator or callback of the scenario: control flow, and the operations
/// that suspend.
final class Body {
  /// How a block was left.
  private enum Flow {
    NEXT,
    BREAK,
    CONTINUE,
    RETURN
  }

  private final World world;
  private final SyncOps sync;
  private final @Nullable Yielder<@Nullable Object> yielder;
  private @Nullable Object returned;

  /// @param yielder null outside a generator
  Body(World world, @Nullable Yielder<@Nullable Object> yielder) {
    this.world = world;
    this.sync = new SyncOps(world);
    this.yielder = yielder;
  }

  /// Runs the operations; what they throw is thrown as it is.
  void run(List<Op> ops) {
    block(ops, null);
  }

  @Nullable Object returned() {
    return returned;
  }

  /// @param caught what the innermost handler has caught, if the block is inside one
  private Flow block(List<Op> ops, @Nullable Throwable caught) {
    for (Op op : ops) {
      Flow flow = run(op, caught);
      if (flow != Flow.NEXT) {
        return flow;
      }
    }
    return Flow.NEXT;
  }

  private Flow run(Op op, @Nullable Throwable caught) {
    if (sync.run(op)) {
      return Flow.NEXT;
    }
    switch (op.name) {
      case "raise" -> throw Sneaky.rethrow(world.exceptions.make(Json.object(op.value("exc"))));
      case "reraise" -> throw Sneaky.rethrow(handled(op, caught));
      case "log_cause" ->
          world.event("cause", world.exceptions.show(handled(op, caught).getCause()));
      case "return" -> {
        returned = yielder == null ? op.value("v") : null;
        return Flow.RETURN;
      }
      case "break" -> {
        return Flow.BREAK;
      }
      case "continue" -> {
        return Flow.CONTINUE;
      }
      case "loop" -> {
        return loop(op, caught);
      }
      case "if" -> {
        boolean holds = Queries.holds(world, java.util.Objects.requireNonNull(op.value("cond")));
        return block(op.block(holds ? "then" : "else"), caught);
      }
      case "try" -> {
        return tryFinally(op, caught);
      }
      case "ctx_run" -> contextRun(op);
      case "as_completed" -> {
        return op.value("mode") instanceof String mode && mode.equals("async")
            ? asCompletedAsync(op, caught)
            : asCompletedPlain(op, caught);
      }
      case "timeout" -> {
        return timeout(op, caught);
      }
      case "taskgroup" -> {
        return taskGroup(op, caught);
      }
      case "with" -> {
        return with(op, caught);
      }
      case "async_for" -> {
        return asyncForLoop(op, caught);
      }
      default -> awaitOp(op);
    }
    return Flow.NEXT;
  }

  // ---- control flow ----

  private static Throwable handled(Op op, @Nullable Throwable caught) {
    if (caught == null) {
      throw new ScenarioError("outside a handler: " + op);
    }
    return caught;
  }

  private Flow loop(Op op, @Nullable Throwable caught) {
    for (long n = op.number("n"); n > 0; n--) {
      Flow flow = block(op.block("body"), caught);
      if (flow == Flow.BREAK) {
        break;
      }
      if (flow == Flow.RETURN) {
        return flow;
      }
    }
    return Flow.NEXT;
  }

  private Flow tryFinally(Op op, @Nullable Throwable caught) {
    Flow flow = Flow.NEXT;
    Throwable thrown = null;
    try {
      flow = tryExcept(op, caught);
    } catch (Throwable t) {
      thrown = t;
    }
    checkNotOver(thrown);
    Object result = returned;
    Flow last = block(op.block("finally"), caught);
    if (last != Flow.NEXT) {
      return last; // as in Python, it overrides what came before, an exception too
    }
    returned = result;
    if (thrown != null) {
      throw Sneaky.rethrow(thrown);
    }
    return flow;
  }

  private Flow tryExcept(Op op, @Nullable Throwable caught) {
    Flow flow;
    try {
      flow = block(op.block("body"), caught);
    } catch (Throwable t) {
      checkNotOver(t);
      for (Op.Handler handler : op.handlers()) {
        if (world.exceptions.isInstance(t, handler.types())) {
          world.event("caught", world.exceptions.show(t));
          return block(handler.body(), t);
        }
      }
      throw t;
    }
    return flow == Flow.NEXT && !op.handlers().isEmpty() ? block(op.block("orelse"), caught) : flow;
  }

  /// When the scenario is over, its suspended tasks are only unwound; none of its operations runs.
  private void checkNotOver(@Nullable Throwable thrown) {
    if (world.isFrozen() && thrown != null) {
      throw Sneaky.rethrow(thrown);
    }
  }

  private void contextRun(Op op) {
    Context context = world.pick(world.contexts, op.text("ctx"));
    if (context != null) {
      context.call(() -> new Body(world, null).block(op.block("body"), null));
    }
  }

  // ---- scopes ----

  private static @Nullable Duration duration(@Nullable Object millis) {
    return millis == null ? null : Duration.ofMillis((Long) millis);
  }

  private Flow timeout(Op op, @Nullable Throwable caught) {
    String name = op.text("name");
    Timeout[] entered = new Timeout[1];
    Timeout.Body<Flow> body =
        timeout -> {
          entered[0] = timeout;
          world.timeouts.put(name, timeout);
          return block(op.block("body"), caught);
        };
    Long millis = (Long) op.value("ms");
    Flow flow =
        op.flag("at")
            ? await(Asyncio.<Flow>timeoutAt(millis == null ? null : World.at(millis), body))
            : await(Asyncio.<Flow>timeout(duration(millis), body));
    if (flow == Flow.NEXT) {
      world.event("timeout_exit", name, entered[0].expired());
    }
    return flow;
  }

  private Flow taskGroup(Op op, @Nullable Throwable caught) {
    String name = op.text("name");
    TaskGroup.Body<Flow> body =
        group -> {
          world.resources.put(name, group);
          return block(op.block("body"), caught);
        };
    Flow flow = await(Asyncio.<Flow>taskGroup(body));
    if (flow == Flow.NEXT) {
      world.event("tg_exit", name);
    }
    return flow == null ? Flow.NEXT : flow;
  }

  private Flow with(Op op, @Nullable Throwable caught) {
    String name = op.text("res");
    AsyncBody<Flow> body =
        () -> {
          world.event("enter", name, null);
          return block(op.block("body"), caught);
        };
    Flow flow =
        switch (world.resource(name)) {
          case Lock lock -> await(lock.<Flow>with(body));
          case Condition condition -> await(condition.<Flow>with(body));
          case Semaphore semaphore -> await(semaphore.<Flow>with(body));
          case Barrier barrier -> {
            world.event("enter", name, world.value(await(barrier.waitAll())));
            yield block(op.block("body"), caught);
          }
          default -> throw new ScenarioError("cannot enter " + name);
        };
    if (flow == Flow.NEXT) {
      world.event("exit", name);
    }
    return flow;
  }

  // ---- iterations ----

  private Flow asyncForLoop(Op op, @Nullable Throwable caught) {
    String name = op.text("gen");
    AsyncGenerator<@Nullable Object> generator = world.pick(world.generators, name);
    if (generator == null) {
      return Flow.NEXT;
    }
    long count = 0;
    for (Object item : asyncFor(generator)) {
      world.event("item", name, world.value(item));
      Flow flow = block(op.block("body"), caught);
      if (flow == Flow.RETURN) {
        return flow;
      }
      if (flow == Flow.BREAK || (flow == Flow.NEXT && isLast(op, ++count))) {
        break;
      }
    }
    world.event("for_end", name);
    return Flow.NEXT;
  }

  private static boolean isLast(Op op, long count) {
    return op.value("limit") instanceof Long limit && count >= limit;
  }

  private Flow asCompletedAsync(Op op, @Nullable Throwable caught) {
    long count = 0;
    var iterator =
        Asyncio.asCompleted(world.items(op.list("items")), duration(op.value("timeout")));
    for (Future<@Nullable Object> future : asyncFor(iterator)) {
      world.event("ac_task", count, world.names.label(future));
      Flow flow = block(op.block("body"), caught);
      if (flow == Flow.RETURN) {
        return flow;
      }
      if (flow == Flow.BREAK || (flow == Flow.NEXT && isLast(op, ++count))) {
        break;
      }
    }
    world.event("ac_end");
    return Flow.NEXT;
  }

  private Flow asCompletedPlain(Op op, @Nullable Throwable caught) {
    long count = 0;
    var iterator =
        Asyncio.asCompleted(world.items(op.list("items")), duration(op.value("timeout")));
    for (Coroutine<@Nullable Object> next : iterator) {
      try {
        world.event("ac", count, world.value(await(next)));
      } catch (Exception e) {
        if (!op.flag("catch")) {
          throw e;
        }
        world.event("ac_exc", count, world.exceptions.show(e));
      }
      Flow flow = block(op.block("body"), caught);
      if (flow == Flow.RETURN) {
        return flow;
      }
      if (flow == Flow.BREAK || (flow == Flow.NEXT && isLast(op, ++count))) {
        break;
      }
    }
    world.event("ac_end");
    return Flow.NEXT;
  }

  // ---- plain awaits ----

  private void awaitOp(Op op) {
    switch (op.name) {
      case "sleep" -> {
        Object value =
            await(
                Asyncio.<@Nullable Object>sleep(Duration.ofMillis(op.number("ms")), op.value("v")));
        world.event("sleep", op.number("ms"), world.value(value));
      }
      case "call" -> {
        Object value = await(world.coroutine(op.text("coro")));
        world.event("call", op.text("coro"), world.value(value));
      }
      case "await" -> {
        Future<@Nullable Object> target = world.ref(op.text("target"));
        if (target != null) {
          String label = world.names.label(target);
          world.event("await", label, world.value(await(target)));
        }
      }
      case "gather" -> outer(op, gather(op));
      case "shield" -> {
        Awaitable<@Nullable Object> item = world.item(op.value("item"));
        if (item != null) {
          outer(op, Asyncio.shield(item));
        }
      }
      case "wait" -> waitOp(op);
      case "wait_for" -> {
        Awaitable<@Nullable Object> item = world.item(op.value("item"));
        if (item != null) {
          Object value = await(Asyncio.waitFor(item, duration(op.value("timeout"))));
          world.event("wait_for", world.value(value));
        }
      }
      case "anext", "asend", "athrow", "aclose" -> generatorOp(op);
      case "yield" -> {
        if (yielder == null) {
          throw new ScenarioError("yield outside a generator");
        }
        world.event("sent", world.value(yielder.yield(op.value("v"))));
      }
      default -> awaitResource(op);
    }
  }

  private Future<? extends @Nullable Object> gather(Op op) {
    List<Awaitable<@Nullable Object>> items = world.items(op.list("items"));
    return op.flag("return_exceptions")
        ? Asyncio.gatherReturningExceptions(items)
        : Asyncio.<@Nullable Object>gather(items);
  }

  /// A future made by gather or shield: named, or awaited at once.
  private void outer(Op op, Future<? extends @Nullable Object> future) {
    if (op.value("as") instanceof String name) {
      if (world.names.isLabelled(future)) {
        world.names.rebind(name, future);
      } else {
        world.names.bind(world.names.reserve(name), future);
      }
      world.event(op.name + "_new", world.names.label(future));
    } else {
      world.event(op.name, world.value(await(future)));
    }
  }

  private void waitOp(Op op) {
    Collection<Future<?>> futures = new ArrayList<>();
    world.items(op.list("items")).forEach(item -> futures.add((Future<?>) item));
    ReturnWhen returnWhen =
        op.value("return_when") instanceof String when
            ? ReturnWhen.valueOf(when)
            : ReturnWhen.ALL_COMPLETED;
    WaitResult<Future<?>> result =
        await(Asyncio.wait(futures, duration(op.value("timeout")), returnWhen));
    world.event(
        "wait",
        world.names.sortedLabels(result.done()),
        world.names.sortedLabels(result.pending()));
  }

  private void generatorOp(Op op) {
    String name = op.text("gen");
    AsyncGenerator<@Nullable Object> generator = world.pick(world.generators, name);
    if (generator == null) {
      return;
    }
    Object value =
        switch (op.name) {
          case "anext" -> await(generator.anext());
          case "asend" -> await(generator.asend(op.value("v")));
          case "athrow" ->
              await(generator.athrow(world.exceptions.make(Json.object(op.value("exc")))));
          default -> await(generator.aclose());
        };
    world.event(op.name, name, world.value(value));
  }

  private void awaitResource(Op op) {
    String name = op.text("res");
    Object resource = world.resource(name);
    Object value =
        switch (op.name) {
          case "acquire" ->
              switch (resource) {
                case Lock lock -> await(lock.acquire());
                case Condition condition -> await(condition.acquire());
                default -> await(((Semaphore) resource).acquire());
              };
          case "event_wait" -> await(((Event) resource).waitSet());
          case "cond_wait" -> await(((Condition) resource).waitNotified());
          case "cond_wait_for" ->
              await(
                  ((Condition) resource)
                      .waitFor(() ->
                          Queries.holds(
                              world, java.util.Objects.requireNonNull(op.value("cond")))));
          case "barrier_wait" -> await(((Barrier) resource).waitAll());
          case "barrier_reset" -> await(((Barrier) resource).reset());
          case "barrier_abort" -> await(((Barrier) resource).abort());
          case "get" -> await(world.queue(name).get());
          case "join" -> await(world.queue(name).join());
          case "put" -> await(world.queue(name).put(op.value("v")));
          default -> throw new ScenarioError("no such operation: " + op);
        };
    if (op.name.equals("put")) {
      world.event("put", name);
    } else {
      world.event(op.name, name, world.value(value));
    }
  }
}
