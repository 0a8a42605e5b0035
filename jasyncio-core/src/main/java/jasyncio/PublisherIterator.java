package jasyncio;

import java.util.ArrayDeque;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/// The items of a `Flow.Publisher`, asked for as they are needed: at most `prefetch` are under way
/// or waiting here.
///
/// It subscribes when the first item is asked for. [#close()] cancels the subscription; so does the
/// end of the iteration.
///
/// @param <T> the type of the items
public final class PublisherIterator<T> implements AsyncIterator<T>, AutoCloseable {
  private final Flow.Publisher<? extends T> publisher;
  private final int prefetch;

  // Everything below is touched on the loop's thread only: the publisher's signals are posted to
  // it.
  private final ArrayDeque<T> items = new ArrayDeque<>();
  private Flow.@Nullable Subscription subscription;
  private @Nullable Future<@Nullable Void> waiter;
  private @Nullable Throwable failure;
  private boolean subscribed;
  private boolean ended;
  private int taken;

  PublisherIterator(Flow.Publisher<? extends T> publisher, int prefetch) {
    if (prefetch < 1) {
      throw new IllegalArgumentException("prefetch must be at least 1, not " + prefetch);
    }
    this.publisher = publisher;
    this.prefetch = prefetch;
  }

  /// The next item. Suspends until there is one. Cancel-safe: an item that arrives meanwhile is
  /// kept for the next call.
  @Override
  @CheckReturnValue
  public Coroutine<T> anext() {
    return Coroutine.of(this::next);
  }

  private T next() throws Throwable {
    Kernel kernel = Traps.currentTask("anext").kernel;
    if (!subscribed) {
      subscribed = true;
      publisher.subscribe(new Relay(kernel.loop));
    }
    if (waiter != null) {
      throw new IllegalStateException(
          "anext(): another task is waiting for the next item of this publisher already");
    }
    while (items.isEmpty()) {
      if (failure != null) {
        Throwable thrown = failure;
        failure = null;
        throw thrown;
      }
      if (ended) {
        throw new StopAsyncIteration();
      }
      waiter = new Future<>(kernel);
      try {
        Traps.await(waiter);
      } finally {
        waiter = null;
      }
    }
    T item = items.remove();
    if (++taken >= (prefetch + 1) / 2 && subscription != null) {
      subscription.request(taken);
      taken = 0;
    }
    return item;
  }

  /// Cancels the subscription; items that have arrived are dropped.
  @Override
  public void close() {
    ended = true;
    items.clear();
    if (subscription != null) {
      subscription.cancel();
      subscription = null;
    }
    wake();
  }

  private void wake() {
    if (waiter != null) {
      waiter.trySetResult(null);
    }
  }

  /// Hands the publisher's signals, which may come on any thread, to the loop.
  private final class Relay implements Flow.Subscriber<T> {
    private final EventLoop loop;

    /// The signals on their way, so that they keep their order even if a [jasyncio.spi.Chooser]
    /// changes that of the callbacks. Concurrent: filled by the publisher's threads.
    private final ConcurrentLinkedQueue<Runnable> signals = new ConcurrentLinkedQueue<>();

    Relay(EventLoop loop) {
      this.loop = loop;
    }

    private void post(Runnable signal) {
      signals.add(signal);
      loop.tryPost(this::runNext, loop.kernel.internalContext);
    }

    private void runNext() {
      Runnable next = signals.poll();
      if (next != null) {
        next.run();
      }
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
      post(() -> {
        if (ended || subscription != null) {
          given.cancel();
        } else {
          subscription = given;
          given.request(prefetch);
        }
      });
    }

    @Override
    public void onNext(T item) {
      java.util.Objects.requireNonNull(item, "item");
      post(() -> {
        if (!ended) {
          items.add(item);
          wake();
        }
      });
    }

    @Override
    public void onError(Throwable thrown) {
      java.util.Objects.requireNonNull(thrown, "thrown");
      post(() -> {
        if (!ended) {
          failure = thrown;
          finish();
        }
      });
    }

    @Override
    public void onComplete() {
      post(this::finish);
    }

    private void finish() {
      ended = true;
      subscription = null;
      wake();
    }
  }
}
