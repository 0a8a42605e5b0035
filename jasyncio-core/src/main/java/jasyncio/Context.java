package jasyncio;

import org.jspecify.annotations.Nullable;

/// A set of [ContextVar] values. Every task runs in a context of its own, a copy of the one it was
/// created in; every callback runs in a copy of the one it was scheduled in.
///
/// Not thread-safe: use it on one thread at a time. Copying costs one small object however many
/// variables are set.
///
/// Counterpart: `contextvars.Context`.
public final class Context {
  /*
   * Overview
   *
   * `entries` holds variable and value in turn and is never changed once shared: set() copies it.
   * Programs have a handful of variables, for which a scan beats any hash table. `entered` is the
   * guard of CPython: a context is entered once at a time.
   *
   * Most contexts are never asked for. So tasks and callbacks hold just the entries they start
   * with, from currentEntries(), and make a Context of them when somebody wants one.
   */
  private static final Object[] NONE = {};

  /// The key of what belongs to [CarriedLocals].
  private static final Object CARRIED = new Object();

  /// The context of code that no loop runs. Tasks and callbacks never come here.
  private static final ThreadLocal<@Nullable Context> OF_THREAD = new ThreadLocal<>();

  /// Whether any thread has one. To ask a thread-local leaves something with the thread, which then
  /// seems to have some, see [CarriedLocals]. Plain: who has one has written this.
  private static boolean anyOfThread;

  private @Nullable Object[] entries = NONE;
  private boolean entered;

  /// An empty context.
  public Context() {}

  private Context(@Nullable Object[] entries, boolean entered) {
    this.entries = entries;
    this.entered = entered;
  }

  /// The context of a task or callback.
  ///
  /// @param held a context, or the entries to make one of
  /// @param entered whether the task or callback runs right now
  static Context of(Object held, boolean entered) {
    return held instanceof Context made ? made : new Context((@Nullable Object[]) held, entered);
  }

  /// {@return a copy of the context of the running code}
  ///
  /// Callable from any thread. Counterpart: `contextvars.copy_context()`.
  public static Context copyOfCurrent() {
    return new Context(entriesToHandOn(), false);
  }

  /// What code that the running code starts begins with.
  static @Nullable Object[] entriesToHandOn() {
    @Nullable Object[] current = currentEntries();
    return CarriedLocals.areOff() ? current : CarriedLocals.capture(current);
  }

  /// The same entries with what was captured, or without any; see [CarriedLocals].
  static @Nullable Object[] withCarried(
      @Nullable Object[] all, @Nullable Object @Nullable [] carried) {
    if (carried == null && find(all, CARRIED) < 0) {
      return all;
    }
    Context changed = new Context(all, false);
    if (carried == null) {
      changed.remove(CARRIED);
    } else {
      changed.set(CARRIED, carried);
    }
    return changed.entries;
  }

  /// What was captured for code that begins with `held`.
  static @Nullable Object @Nullable [] carriedIn(Object held) {
    @Nullable Object[] all =
        held instanceof Context made ? made.entries : (@Nullable Object[]) held;
    int at = find(all, CARRIED);
    return at < 0 ? null : (@Nullable Object[]) all[at + 1];
  }

  /// What is set in the context of the running code. Nobody changes it any more.
  static @Nullable Object[] currentEntries() {
    Kernel kernel = RunningKernel.orNull();
    if (kernel == null) {
      return ofThread().entries;
    }
    Object held = kernel.heldContext();
    return held instanceof Context made ? made.entries : (@Nullable Object[]) held;
  }

  /// The context of the running code: the task's or callback's on a loop, else the thread's.
  static Context current() {
    Kernel kernel = RunningKernel.orNull();
    if (kernel != null) {
      return kernel.currentContext();
    }
    Context own = ofThread();
    setOfThread(own);
    return own;
  }

  /// The context of this thread outside any loop; one for this once if it has none.
  static Context ofThread() {
    Context own = anyOfThread ? OF_THREAD.get() : null;
    return own == null ? new Context() : own;
  }

  private static void setOfThread(Context context) {
    anyOfThread = true;
    OF_THREAD.set(context);
  }

  /// {@return an independent copy} Counterpart: `Context.copy()`.
  public Context copy() {
    return new Context(entries, false);
  }

  /// Runs `action` in this context: what it sets stays in here.
  ///
  /// @param action what to run
  /// @throws IllegalStateException if the context is in use by running code already
  public void run(Runnable action) {
    call(() -> {
      action.run();
      return null;
    });
  }

  /// Runs `body` in this context and returns its result; what it throws is thrown as it is. The
  /// body may await if the caller is in a task.
  ///
  /// Counterpart: `Context.run(callable)`.
  ///
  /// @param <T> the type of the result
  /// @param body what to run
  /// @return the result
  /// @throws IllegalStateException if the context is in use by running code already
  public <T extends @Nullable Object> T call(AsyncBody<T> body) {
    Context outer = current();
    enter();
    makeCurrent(this);
    try {
      return body.run();
    } catch (Throwable t) {
      throw Sneaky.rethrow(t);
    } finally {
      makeCurrent(outer);
      leave();
    }
  }

  private static void makeCurrent(Context context) {
    Kernel kernel = RunningKernel.orNull();
    if (kernel == null) {
      setOfThread(context);
    } else if (kernel.currentTask == null) {
      kernel.context = context;
    } else {
      kernel.currentTask.activeContext = context;
    }
  }

  void enter() {
    if (entered) {
      throw new IllegalStateException("cannot enter context: " + this + " is already entered");
    }
    entered = true;
  }

  /// Enters without asking, for a task that comes back to its own context.
  void enterAgain() {
    entered = true;
  }

  void leave() {
    entered = false;
  }

  /// The position of `key` in the entries, or -1.
  private static int find(@Nullable Object[] all, Object key) {
    for (int i = 0; i < all.length; i += 2) {
      if (all[i] == key) {
        return i;
      }
    }
    return -1;
  }

  /// {@return whether the variable is set in this context; a default does not count}
  ///
  /// @param key the variable
  public boolean contains(ContextVar<?> key) {
    return find(entries, key) >= 0;
  }

  /// {@return how many variables are set in this context}
  public int size() {
    return (entries.length - (find(entries, CARRIED) < 0 ? 0 : 2)) / 2;
  }

  /// The value in a snapshot, or `fallback`.
  @SuppressWarnings({"unchecked", "NullAway"}) // a value is null only if T allows it
  static <T extends @Nullable Object> T valueOr(
      @Nullable Object[] snapshot, ContextVar<T> key, T fallback) {
    int at = find(snapshot, key);
    return at < 0 ? fallback : (T) snapshot[at + 1];
  }

  void set(Object key, @Nullable Object value) {
    int at = find(entries, key);
    @Nullable Object[] copy =
        java.util.Arrays.copyOf(entries, at < 0 ? entries.length + 2 : entries.length);
    int to = at < 0 ? entries.length : at;
    copy[to] = key;
    copy[to + 1] = value;
    entries = copy;
  }

  void remove(Object key) {
    int at = find(entries, key);
    if (at >= 0) {
      @Nullable Object[] copy = new Object[entries.length - 2];
      System.arraycopy(entries, 0, copy, 0, at);
      System.arraycopy(entries, at + 2, copy, at, copy.length - at);
      entries = copy;
    }
  }

  @Override
  public String toString() {
    return "<Context at 0x" + Integer.toHexString(System.identityHashCode(this)) + ">";
  }
}
