package jasyncio.sync;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// What a queue keeps its items in; decides which comes out next.
///
/// Counterpart: `_init`, `_put` and `_get` of `asyncio.Queue`.
interface Items<T extends @Nullable Object> {
  int size();

  void put(T item);

  /// Takes the next one out; there must be one.
  T take();

  /// In a ring: in at the end, out at the front or at the end.
  final class Ring<T extends @Nullable Object> implements Items<T> {
    /// Stands for null, which ArrayDeque does not take.
    private static final Object NULL = new Object();

    private final ArrayDeque<Object> ring = new ArrayDeque<>();
    private final boolean lastInFirstOut;

    Ring(boolean lastInFirstOut) {
      this.lastInFirstOut = lastInFirstOut;
    }

    @Override
    public int size() {
      return ring.size();
    }

    @Override
    public void put(T item) {
      ring.addLast(item == null ? NULL : item);
    }

    @Override
    @SuppressWarnings({"unchecked", "NullAway"}) // null only if T allows it
    public T take() {
      Object item = lastInFirstOut ? ring.removeLast() : ring.removeFirst();
      return (T) (item == NULL ? null : item);
    }
  }
}
