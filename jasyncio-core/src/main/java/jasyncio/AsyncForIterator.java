package jasyncio;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/// A plain iterator whose steps await: what makes `for (var item : asyncFor(source))` an `async
/// for`.
final class AsyncForIterator<T extends @Nullable Object> implements Iterator<T> {
  private final AsyncIterator<T> source;
  private @Nullable T next;
  private boolean fetched;
  private boolean ended;

  AsyncForIterator(AsyncIterator<T> source) {
    this.source = source;
  }

  @Override
  public boolean hasNext() {
    if (!fetched && !ended) {
      try {
        next = fetch();
        fetched = true;
      } catch (StopAsyncIteration e) {
        ended = true;
      }
    }
    return fetched;
  }

  /// A generator needs no coroutine to be asked.
  private T fetch() {
    if (!(source instanceof AsyncGenerator<T> generator)) {
      return Asyncio.await(source.anext());
    }
    try {
      return generator.next(null);
    } catch (Throwable t) {
      throw Sneaky.rethrow(t);
    }
  }

  @Override
  @SuppressWarnings("NullAway") // an item may be null only if T allows it
  public T next() {
    if (!hasNext()) {
      throw new NoSuchElementException("the asynchronous iterator has no more items");
    }
    T item = next;
    next = null;
    fetched = false;
    return item;
  }
}
