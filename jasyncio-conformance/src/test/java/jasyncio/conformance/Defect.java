package jasyncio.conformance;

import static jasyncio.conformance.Mutation.drop;
import static jasyncio.conformance.Mutation.dropWrites;
import static jasyncio.conformance.Mutation.guard;
import static jasyncio.conformance.Mutation.readsAs;
import static jasyncio.conformance.Mutation.redirect;
import static jasyncio.conformance.Mutation.returns;

import java.util.ArrayList;
import java.util.List;

/// A defect that the vectors must notice.
///
/// @param name what goes wrong
/// @param order see [DefectRun#run]
/// @param mutations how it is planted; none if the order alone is the defect
record Defect(String name, String order, List<Mutation> mutations) {
  private static final String TURN = "jasyncio.Turn";
  private static final String FUTURE = "jasyncio.Future";
  private static final String TASK = "jasyncio.Task";
  private static final String TRAPS = "jasyncio.Traps";
  private static final String ASYNCIO = "jasyncio.Asyncio";
  private static final String GATHER = "jasyncio.Gather";
  private static final String WAIT_FOR = "jasyncio.WaitFor";
  private static final String SHIELD = "jasyncio.Shield";
  private static final String TIMEOUT = "jasyncio.Timeout";
  private static final String GROUP = "jasyncio.TaskGroup";
  private static final String GENERATOR = "jasyncio.AsyncGenerator";
  private static final String WAITERS = "jasyncio.sync.Waiters";
  private static final String LOCK = "jasyncio.sync.Lock";
  private static final String CONDITION = "jasyncio.sync.Condition";
  private static final String SEMAPHORE = "jasyncio.sync.Semaphore";
  private static final String BARRIER = "jasyncio.sync.Barrier";
  private static final String QUEUE = "jasyncio.sync.Queue";

  private static Defect of(String name, Mutation mutation) {
    return new Defect(name, "", List.of(mutation));
  }

  static List<Defect> all() {
    List<Defect> all = new ArrayList<>();
    all.addAll(ofTheLoop());
    all.addAll(ofFuturesAndTasks());
    all.addAll(ofCombinatorsAndScopes());
    all.addAll(ofGenerators());
    all.addAll(ofSync());
    return all;
  }

  private static List<Defect> ofTheLoop() {
    return List.of(
        new Defect("ready queue runs last in first out", "lifo", List.of()),
        new Defect("ready queue runs in any order", "random", List.of()),
        of("one callback for each turn", redirect(TURN, "begin", "size", "atMostOne")),
        of(
            "due timers run before what is ready",
            redirect(TURN, "begin", "moveDue", "timersFirst")),
        of(
            "equal timers run in any order",
            dropWrites("jasyncio.TimerHandle", "<init>", "sequence")),
        of(
            "cancelled timers move the clock",
            readsAs("jasyncio.TimerHeap", "nanosUntilNext", "cancelled", false)),
        of("failures of callbacks are not reported", returns("jasyncio.Handle", "report", false)),
        of(
            "contexts of callbacks are not copied",
            redirect("jasyncio.EventLoop", "*", "entriesToHandOn", "sameContext")));
  }

  private static List<Defect> ofFuturesAndTasks() {
    return List.of(
        new Defect(
            "wake-ups run in place",
            "fifo",
            List.of(redirect(FUTURE, "finish", "add", "runInPlace"))),
        of("wake-ups jump the queue", redirect(FUTURE, "finish", "add", "addFirst")),
        of(
            "callbacks of a done future run in place",
            redirect(FUTURE, "add", "callSoon", "invokeNow")),
        of("await of a done future yields", redirect(TRAPS, "await", "done", "yieldIfDone")),
        of("failures count as looked at", drop(FUTURE, "fail", "watch")),
        of("cancel arrives one turn late", guard(TASK, "cancel", "cancelLater", true)),
        of("second cancel is ignored", guard(TASK, "cancel", "isCancelling", false)),
        of(
            "cancel drops the message",
            redirect(TASK, "passCancel", "cancel", "cancelWithoutMessage")),
        of("cancel does not reach the awaited future", drop(TASK, "passCancel", "cancel")),
        of("uncancel keeps the cancellation", dropWrites(TASK, "uncancel", "mustCancel")),
        of(
            "cancelled task runs its body, and its end",
            readsAs(TASK, "runBody", "mustCancel", false)),
        of(
            "raised CancelledError is a failure",
            redirect(TASK, "runBody", "finishCancelled(CancelledError)", "failInstead")),
        of("tasks start eagerly", redirect(TASK, "create", "eagerStart", "eager")),
        of("eager start is ignored", redirect(TASK, "create", "eagerStart", "notEager")),
        of(
            "eager task does not become the current one",
            drop(TASK, "startEagerly", "becomeCurrent")),
        of(
            "contexts of tasks are not copied",
            redirect(TASK, "<init>", "entriesToHandOn", "sameContext")));
  }

  private static List<Defect> ofCombinatorsAndScopes() {
    return List.of(
        of("sleep(0) is a timer", redirect(ASYNCIO, "sleep", "isPositive", "always")),
        of("sleep ends a turn late", redirect("jasyncio.Sleep", "run", "await", "awaitAndYield")),
        of("gather ends a turn late", redirect(GATHER, "finish", "setResult", "setResultSoon")),
        of(
            "gather forgets that it was cancelled",
            readsAs(GATHER, "finish", "cancelRequested", false)),
        of("wait looks at no failure", drop("jasyncio.Wait", "lambda$run*", "exception")),
        of("waitFor makes a task", redirect(WAIT_FOR, "lambda$run*", "await", "awaitAsTask")),
        of(
            "waitFor without time starts the coroutine",
            redirect(WAIT_FOR, "run", "isPositive", "always")),
        of(
            "waitFor does not wait for the cancelled task",
            drop(WAIT_FOR, "cancelAndWait", "await")),
        of(
            "asCompleted gives the last one first",
            redirect("jasyncio.AsCompleted", "complete", "add", "pushFirst")),
        of("asCompleted forgets the time", returns("jasyncio.AsCompleted", "expire", false)),
        of(
            "shield passes the cancellation on",
            redirect(SHIELD, "lambda$of*", "removeDoneCallback", "removeAndCancel")),
        of("shield forgets late failures", returns(SHIELD, "reportLateFailure", false)),
        of(
            "timeout hides a cancellation from outside",
            redirect(TIMEOUT, "exit", "uncancel", "uncancelIsZero")),
        of("timeout does not uncancel", redirect(TIMEOUT, "exit", "uncancel", "wouldUncancel")),
        of("timeout of zero acts at once", redirect(TIMEOUT, "arm", "callSoon", "invokeNow")),
        of(
            "group does not uncancel its parent",
            redirect(GROUP, "exit", "uncancel", "wouldUncancel")),
        of("group does not cancel its body", drop(GROUP, "onTaskDone", "cancel")),
        of("group does not cancel again with errors", drop(GROUP, "exit", "cancel")),
        of("group does not cancel the other tasks", returns(GROUP, "abort", false)),
        of("group throws the first error only", redirect(GROUP, "exit", "of", "firstOnly")));
  }

  private static List<Defect> ofGenerators() {
    return List.of(
        of("generator lets two in", returns(GENERATOR, "claim", false)),
        of(
            "generators are not closed at the end",
            redirect("jasyncio.GeneratorList", "closeAll", "aclose", "closeNothing")));
  }

  private static List<Defect> ofSync() {
    return List.of(
        of("lock lets newcomers overtake", drop(LOCK, "take", "hasLive")),
        of("lock loses the wake-up of a cancelled waiter", returns(LOCK, "passOn", false)),
        of(
            "condition loses the notification of a cancelled waiter",
            drop(CONDITION, "awaitNotified", "wakeNext")),
        of(
            "condition counts waiters that are woken already",
            redirect(WAITERS, "wakeInPlace", "trySetResult", "wakeAndGoOn")),
        of("semaphore lets newcomers overtake", drop(SEMAPHORE, "locked", "hasLive")),
        of(
            "semaphore loses the permit of a cancelled waiter",
            dropWrites(SEMAPHORE, "passOn", "value")),
        of("barrier counts those who left", dropWrites(BARRIER, "leave", "count")),
        of("barrier does not tell that it is empty", drop(BARRIER, "leave", "notifyWaiters")),
        of("queue loses the wake-up of a cancelled getter", drop(QUEUE, "passOn", "wakeNext")),
        of("queue wakes all getters", redirect(WAITERS, "wakeOut", "trySetResult", "wakeAndGoOn")),
        of("queue shut down leaves getters waiting", drop(QUEUE, "shutdown", "wakeAll")),
        of(
            "queue shut down at once keeps its items",
            redirect(QUEUE, "shutdown", "empty", "looksEmpty")));
  }
}
