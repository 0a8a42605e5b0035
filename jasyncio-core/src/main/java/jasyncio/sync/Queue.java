package jasyncio.sync;

import static jasyncio.Asyncio.async;

import jasyncio.CheckReturnValue;
import jasyncio.Coroutine;
import org.jspecify.annotations.Nullable;

/// Hands items from tasks that make them to tasks that use them, first in, first out. With a limit,
/// a full queue makes the makers wait.
///
/// ```java
/// Queue<Job> queue = new Queue<>(100);
/// createTask(() -> {
///   while (true) {
///     work(await(queue.get()));
///     queue.taskDone();
///   }
/// });
/// await(queue.put(job));
/// await(queue.join()); // until all work is done
/// ```
///
/// Not thread-safe: another thread puts an item through `loop.callSoonThreadsafe(() ->
/// queue.putNowait(item))`.
///
/// Counterpart: `asyncio.Queue`.
///
/// @param <T> the type of the items
public sealed class Queue<T extends @Nullable Object> extends LoopBound
    permits PriorityQueue, LifoQueue {
  /*
   * CPython: Lib/asyncio/queues.py, 3.14. An item that is put wakes the first getter but stays in
   * the queue: whoever runs first takes it, and the getter may have to wait again, at the end of
   * the line. A getter that is cancelled after it was woken wakes the next one if there is still
   * something to take; the same for putters and room.
   */
  private final int maxsize;
  private final Items<T> items;
  private final Waiters getters = Waiters.untilWoken();
  private final Waiters putters = Waiters.untilWoken();
  private final Waiters joiners = Waiters.untilRun();
  private int unfinishedTasks;
  private boolean isShutdown;

  /// A queue without a limit.
  public Queue() {
    this(0);
  }

  /// A queue that holds at most `maxsize` items; without a limit if that is zero or less.
  ///
  /// @param maxsize how many items it holds; zero or less for any number
  public Queue(int maxsize) {
    this(maxsize, new Items.Ring<>(false));
  }

  Queue(int maxsize, Items<T> items) {
    this.maxsize = maxsize;
    this.items = items;
  }

  /// {@return how many items are in it}
  public final int qsize() {
    return items.size();
  }

  /// {@return how many items it may hold; zero or less for no limit}
  public final int maxsize() {
    return maxsize;
  }

  /// {@return whether there is nothing to take}
  public final boolean empty() {
    return items.size() == 0;
  }

  /// {@return whether there is no room; never without a limit}
  public final boolean full() {
    return maxsize > 0 && items.size() >= maxsize;
  }

  // ---- putting ----

  /// Waits for room, and puts `item` in.
  ///
  /// Suspends only if the queue is full. Cancel-safe: if it is cancelled, the item is not in the
  /// queue.
  ///
  /// @param item what to put in
  /// @return a coroutine that does so when awaited
  /// @throws QueueShutDown when awaited, if the queue is shut down before there is room
  /// @throws IllegalStateException when awaited, if the queue belongs to a different loop
  @CheckReturnValue
  public final Coroutine<@Nullable Void> put(T item) {
    return async(() -> {
      touch("put");
      while (full()) {
        if (isShutdown) {
          throw shutDown();
        }
        park(putters, newPlace());
      }
      add(item);
    });
  }

  /// Puts `item` in at once. Does not suspend.
  ///
  /// @param item what to put in
  /// @throws QueueFull if there is no room
  /// @throws QueueShutDown if the queue has been shut down
  /// @throws IllegalStateException if the queue belongs to a different loop
  public final void putNowait(T item) {
    touch("putNowait");
    add(item);
  }

  private void add(T item) {
    if (isShutdown) {
      throw shutDown();
    }
    if (full()) {
      throw new QueueFull(
          this + " is full. Wait for room with await(queue.put(item)), or drop something");
    }
    items.put(item);
    unfinishedTasks++;
    getters.wakeNext();
  }

  // ---- getting ----

  /// Waits for an item, and takes it out.
  ///
  /// Suspends only if the queue is empty. Cancel-safe: if it is cancelled, no item has been taken.
  ///
  /// @return a coroutine that gives the item
  /// @throws QueueShutDown when awaited, if the queue is shut down and nothing is left in it
  /// @throws IllegalStateException when awaited, if the queue belongs to a different loop
  @CheckReturnValue
  public final Coroutine<T> get() {
    return async(() -> {
      touch("get");
      while (empty()) {
        if (isShutdown) {
          throw shutDown();
        }
        park(getters, newPlace());
      }
      return take();
    });
  }

  /// Takes an item out at once. Does not suspend.
  ///
  /// @return the item
  /// @throws QueueEmpty if there is none
  /// @throws QueueShutDown if there is none and the queue has been shut down
  /// @throws IllegalStateException if the queue belongs to a different loop
  public final T getNowait() {
    touch("getNowait");
    if (empty()) {
      if (isShutdown) {
        throw shutDown();
      }
      throw new QueueEmpty(this + " is empty. Wait for an item with await(queue.get())");
    }
    return take();
  }

  private T take() {
    T item = items.take();
    putters.wakeNext();
    return item;
  }

  @Override
  final void passOn(Waiters line, boolean woken) {
    boolean worthIt = line == getters ? !empty() : line == putters && !full();
    if (woken && worthIt) {
      line.wakeNext();
    }
  }

  // ---- finishing ----

  /// Says that the work on an item that was taken out is done. When as many are done as were put
  /// in, [#join()] returns. Does not suspend.
  ///
  /// @throws IllegalArgumentException if called more often than items were put in (CPython:
  ///   `ValueError`)
  public final void taskDone() {
    touch("taskDone");
    if (unfinishedTasks <= 0) {
      throw new IllegalArgumentException("task_done() called too many times");
    }
    unfinishedTasks--;
    wakeJoinersIfFinished();
  }

  private void wakeJoinersIfFinished() {
    if (unfinishedTasks == 0) {
      joiners.wakeAll();
    }
  }

  /// Waits until [#taskDone()] has been called for every item that was put in.
  ///
  /// Suspends only if there is unfinished work. Cancel-safe: nothing is lost.
  ///
  /// @return a coroutine that does so when awaited
  @CheckReturnValue
  public final Coroutine<@Nullable Void> join() {
    return async(() -> {
      touch("join");
      if (unfinishedTasks > 0) {
        park(joiners, newPlace());
      }
    });
  }

  /// Takes no more items: putting fails from now on, and getting once nothing is left. Does not
  /// suspend; all who wait are woken.
  public final void shutdown() {
    shutdown(false);
  }

  /// The same; with `immediate`, what is in the queue is thrown away and counts as done, so that
  /// getting fails at once.
  ///
  /// @param immediate whether to drop what is still in it
  public final void shutdown(boolean immediate) {
    touch("shutdown");
    isShutdown = true;
    if (immediate) {
      while (!empty()) {
        items.take();
        if (unfinishedTasks > 0) {
          unfinishedTasks--;
        }
      }
      wakeJoinersIfFinished();
    }
    getters.wakeAll();
    putters.wakeAll();
  }

  private QueueShutDown shutDown() {
    return new QueueShutDown(this + " has been shut down");
  }

  // ---- looking at it ----

  /// {@return how it stands now}
  public final Statistics statistics() {
    return new Statistics(
        qsize(), maxsize, getters.size(), putters.size(), unfinishedTasks, isShutdown);
  }

  @Override
  public final String toString() {
    StringBuilder text = new StringBuilder("<").append(getClass().getSimpleName());
    text.append(" 0x").append(Integer.toHexString(System.identityHashCode(this)));
    text.append(" maxsize=").append(maxsize).append(" qsize=").append(qsize());
    if (!getters.isEmpty()) {
      text.append(" getters=").append(getters.size());
    }
    if (!putters.isEmpty()) {
      text.append(" putters=").append(putters.size());
    }
    if (unfinishedTasks > 0) {
      text.append(" tasks=").append(unfinishedTasks);
    }
    return text.append(isShutdown ? " shutdown>" : ">").toString();
  }

  /// The state of a queue at one moment.
  ///
  /// @param size how many items are in it
  /// @param maxsize how many it may hold; zero or less for no limit
  /// @param gettersWaiting how many tasks wait for an item
  /// @param puttersWaiting how many tasks wait for room
  /// @param unfinishedTasks how many items were put in and not declared done
  /// @param shutdown whether it has been shut down
  public record Statistics(
      int size,
      int maxsize,
      int gettersWaiting,
      int puttersWaiting,
      int unfinishedTasks,
      boolean shutdown) {}
}
