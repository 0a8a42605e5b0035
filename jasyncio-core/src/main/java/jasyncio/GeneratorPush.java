package jasyncio;

import org.jspecify.annotations.Nullable;

/// A generator's body run on its consumer's own stack: each `yield` is a plain call of the
/// consumer.
final class GeneratorPush<T extends @Nullable Object> implements Yielder<T> {
  /*
   * Overview
   *
   * What body and consumer see is what they would see if the consumer pulled the items in a loop,
   * inside a try-with-resources statement on the generator: each has its own context; a consumer
   * that fails ends the loop, so that the pending `yield` throws GeneratorExit, and its failure
   * comes out after the body's `finally` blocks have run.
   */
  private final Task<?> task;
  private final AsyncConsumer<? super T> consumer;

  /// Where the consumer itself stands.
  private final @Nullable GeneratorFiber outer;

  /// As in [Task#activeContext].
  private final @Nullable Context consumerContext;

  /// Whether the body may give an item: it has not ended, and the consumer has done with the last.
  private boolean open = true;

  private @Nullable Throwable failure;

  GeneratorPush(Task<?> task, AsyncConsumer<? super T> consumer) {
    this.task = task;
    this.consumer = consumer;
    this.outer = task.generator;
    this.consumerContext = task.activeContext;
  }

  void run(GeneratorBody<T> body) throws Throwable {
    Throwable whileClosing = null;
    try {
      body.run(this);
    } catch (StopAsyncIteration e) {
      whileClosing = new IllegalStateException("async generator raised StopAsyncIteration", e);
    } catch (GeneratorExit e) {
      whileClosing = failure == null ? e : AsyncGenerator.failureWhileClosing(e);
    } catch (Throwable t) {
      whileClosing = t;
    }
    open = false;
    Throwable failed = failure;
    if (whileClosing != null) { // as in Python, what comes last comes out
      if (failed != null && failed != whileClosing) {
        whileClosing.addSuppressed(failed);
      }
      throw whileClosing;
    }
    if (failed != null) {
      throw failed;
    }
  }

  @Override
  public @Nullable Object yield(T item) {
    Kernel kernel = RunningKernel.orNull();
    if (kernel == null || kernel.currentTask != task || task.generator != outer || !open) {
      throw GeneratorFiber.misplacedYield();
    }
    if (failure != null) {
      throw new IllegalStateException("async generator ignored GeneratorExit", failure);
    }
    Context bodyContext = task.activeContext;
    task.activeContext = consumerContext;
    open = false;
    try {
      consumer.accept(item);
    } catch (Throwable t) {
      failure = t;
      throw new GeneratorExit();
    } finally {
      open = true;
      task.activeContext = bodyContext;
    }
    return null;
  }
}
