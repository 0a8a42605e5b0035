package jasyncio;

import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/// An asynchronous iterator as a `Flow.Publisher` for one subscriber: a task of the loop asks the
/// iterator for as many items as the subscriber has requested.
final class IteratorPublisher<T> implements Flow.Publisher<T> {
  private final AsyncIterator<? extends T> iterator;
  private final EventLoop loop;
  private final AtomicBoolean taken = new AtomicBoolean();

  IteratorPublisher(AsyncIterator<? extends T> iterator, EventLoop loop) {
    this.iterator = iterator;
    this.loop = loop;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super T> subscriber) {
    java.util.Objects.requireNonNull(subscriber, "subscriber");
    if (!taken.compareAndSet(false, true)) {
      subscriber.onSubscribe(new Nothing());
      subscriber.onError(
          new IllegalStateException(
              "an asynchronous iterator can be read once, so this publisher takes one subscriber"));
      return;
    }
    loop.callSoonThreadsafe(() -> {
      Pump pump = new Pump(subscriber);
      pump.task = loop.createTask(Asyncio.async(pump::run));
    });
  }

  /// The subscription of a subscriber that came too late.
  private static final class Nothing implements Flow.Subscription {
    @Override
    public void request(long n) {}

    @Override
    public void cancel() {}
  }

  private final class Pump implements Flow.Subscription {
    private final Flow.Subscriber<? super T> subscriber;
    private @Nullable Task<@Nullable Void> task;
    private long requested;
    private boolean cancelled;
    private @Nullable Throwable badRequest;
    private @Nullable Future<@Nullable Void> demand;

    Pump(Flow.Subscriber<? super T> subscriber) {
      this.subscriber = subscriber;
    }

    void run() throws Exception {
      subscriber.onSubscribe(this);
      try {
        pump();
      } finally {
        if (iterator instanceof AutoCloseable open) {
          open.close(); // nobody else will read it to its end
        }
      }
    }

    private void pump() {
      try {
        while (!cancelled) {
          awaitDemand();
          if (cancelled) {
            return;
          }
          requested--;
          subscriber.onNext(Traps.await(loop.<T>ensureFuture(iterator.anext())));
        }
      } catch (StopAsyncIteration _) {
        if (!cancelled) {
          subscriber.onComplete();
        }
      } catch (CancelledError e) {
        if (!cancelled) {
          subscriber.onError(e);
        }
        throw e;
      } catch (Throwable t) {
        if (!cancelled) {
          subscriber.onError(t);
        }
      }
    }

    private void awaitDemand() {
      while (requested == 0 && !cancelled && badRequest == null) {
        demand = loop.createFuture();
        try {
          Traps.await(demand);
        } finally {
          demand = null;
        }
      }
      if (badRequest != null) {
        throw Sneaky.rethrow(badRequest);
      }
    }

    @Override
    public void request(long n) {
      post(() -> {
        if (n <= 0) {
          badRequest =
              new IllegalArgumentException("a subscriber must request at least 1 item, not " + n);
        } else {
          requested = requested + n < 0 ? Long.MAX_VALUE : requested + n;
        }
        if (demand != null) {
          demand.trySetResult(null);
        }
      });
    }

    @Override
    public void cancel() {
      post(() -> {
        cancelled = true;
        if (task != null) {
          task.cancel();
        }
      });
    }

    private void post(Runnable signal) {
      loop.tryPost(signal, loop.kernel.internalContext);
    }
  }
}
