package jasyncio;

import jasyncio.spi.ResourceWatch;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// One piece of blocking work on another thread, and the future of its result on the loop.
final class Offload<T extends @Nullable Object> implements Runnable {
  /// Stands for "will not start" and "has ended" in [#worker].
  private static final Thread NONE = Thread.ofVirtual().unstarted(() -> {});

  private final EventLoop loop;
  private final Callable<? extends T> body;
  private final Future<T> future;

  /// The thread that runs the body, while it does: whoever cancels interrupts that, and nobody
  /// afterwards.
  private final AtomicReference<@Nullable Thread> worker = new AtomicReference<>();

  /// The default executor if that runs it, whose threads may be interrupted; else null.
  private final @Nullable DefaultExecutor ours;

  private Offload(EventLoop loop, Callable<? extends T> body, Executor executor) {
    this.loop = loop;
    this.body = body;
    this.ours = executor instanceof DefaultExecutor own ? own : null;
    this.future = loop.createFuture();
  }

  static <T extends @Nullable Object> Future<T> start(
      EventLoop loop, Executor executor, Callable<? extends T> body) {
    ResourceWatch watch = loop.getResourceWatch();
    if (watch != null && executor instanceof ExecutorService) { // which its owner shuts down
      watch.opened(executor);
    }
    Offload<T> offload = new Offload<>(loop, body, executor);
    executor.execute(offload);
    offload.future.addInternalCallback(offload::onDone);
    return offload.future;
  }

  /// On the loop: a cancelled future keeps the work from starting, or interrupts it.
  private void onDone(Future<T> done) {
    if (done.cancelled()) {
      Thread thread = worker.getAndSet(NONE);
      if (thread != null && thread != NONE && ours != null) {
        thread.interrupt();
      }
    }
  }

  /// On the worker's thread.
  @Override
  public void run() {
    if (!worker.compareAndSet(null, Thread.currentThread())) {
      return;
    }
    T result;
    try {
      result = body.call();
    } catch (Throwable t) {
      end(() -> fail(t));
      return;
    }
    end(() -> future.setResult(result));
  }

  private void fail(Throwable thrown) {
    future.setException(thrown);
    if (thrown instanceof InterruptedException && ours != null && ours.isDown()) {
      future.retrieved(); // reported before, as still running
    }
  }

  private void end(Runnable completion) {
    worker.compareAndSet(Thread.currentThread(), NONE);
    loop.tryPost( // if it closed while the work ran, nobody is left to take the result
        () -> {
          if (!future.done()) {
            completion.run();
          }
        },
        new Context());
  }
}
