package jasyncio;

import jasyncio.spi.ResourceWatch;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// One piece of blocking work on another thread, and the future of its result on the loop.
final class Offload<T extends @Nullable Object> implements Runnable {
  /*
   * Overview
   *
   * `worker` decides between those who want to begin, to end and to cancel: null before the body,
   * its thread while it runs, NONE afterwards. Whoever cancels finds the thread there at most once,
   * so the body is interrupted, or its hook started, once and only while it runs. The hook may
   * still be running when the body ends: it is on a thread of its own, and neither waits for the
   * other.
   */

  /// Stands for "will not start" and "has ended" in [#worker].
  private static final Thread NONE = Thread.ofVirtual().unstarted(() -> {});

  private final EventLoop loop;
  private final Callable<? extends T> body;
  private final Future<T> future;

  /// The thread that runs the body, while it does: whoever cancels interrupts that, and nobody
  /// afterwards.
  private final AtomicReference<@Nullable Thread> worker = new AtomicReference<>();

  /// What ends the body instead of an interrupt.
  private final @Nullable AsyncAction onCancel;

  /// The default executor if that runs it, whose threads may be interrupted; else null.
  private final @Nullable DefaultExecutor ours;

  private Offload(
      EventLoop loop,
      Callable<? extends T> body,
      @Nullable AsyncAction onCancel,
      Executor executor) {
    this.loop = loop;
    this.body = body;
    this.onCancel = onCancel;
    this.ours = executor instanceof DefaultExecutor own ? own : null;
    this.future = loop.createFuture();
  }

  static <T extends @Nullable Object> Future<T> start(
      EventLoop loop,
      Executor executor,
      Callable<? extends T> body,
      @Nullable AsyncAction onCancel) {
    ResourceWatch watch = loop.getResourceWatch();
    if (watch != null && executor instanceof ExecutorService) { // which its owner shuts down
      watch.opened(executor);
    }
    Offload<T> offload = new Offload<>(loop, body, onCancel, executor);
    executor.execute(offload);
    offload.future.addInternalCallback(offload::onDone);
    return offload.future;
  }

  /// On the loop: a cancelled future keeps the work from starting, or ends it.
  private void onDone(Future<T> done) {
    if (!done.cancelled()) {
      return;
    }
    Thread thread = worker.getAndSet(NONE);
    if (thread == null || thread == NONE) {
      return;
    }
    if (onCancel != null) {
      AsyncAction hook = onCancel;
      loop.executeCancel(() -> runHook(hook));
    } else if (ours != null) {
      thread.interrupt();
    }
  }

  /// On a thread of its own, for it may block.
  private void runHook(AsyncAction hook) {
    try {
      hook.run();
    } catch (Throwable t) {
      boolean posted =
          loop.tryPost(
              () ->
                  loop.callExceptionHandler(
                      ExceptionContext.of(
                              "Exception in onCancel of work on another thread, which goes on")
                          .withException(t)
                          .withFuture(future)),
              new Context());
      if (!posted) {
        throw Sneaky.rethrow(t); // the loop has gone: to the thread's handler, which prints it
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
    end(() -> {
      if (result instanceof Coroutine<?> dropped) {
        dropped.watchReturned(loop.kernel);
      }
      future.setResult(result);
    });
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
