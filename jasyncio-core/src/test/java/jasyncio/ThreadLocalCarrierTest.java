package jasyncio;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.asyncFor;
import static jasyncio.Asyncio.asyncGenerator;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static jasyncio.Asyncio.toThread;
import static jasyncio.Asyncio.yieldNow;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.spi.ThreadLocalCarrier;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Chosen thread locals follow the program to what it starts.
class ThreadLocalCarrierTest {
  private static final ThreadLocal<@Nullable String> USER = new ThreadLocal<>();

  /// Not carried.
  private static final ThreadLocal<@Nullable String> OTHER = new ThreadLocal<>();

  private static boolean broken;

  /// Found by its file in `META-INF/services`; by all of this module's tests, in which nobody is a
  /// user.
  public static final class Carrier implements ThreadLocalCarrier {
    @Override
    public @Nullable Object capture() {
      return USER.get();
    }

    @Override
    public void restore(@Nullable Object captured) {
      if (broken && captured != null) {
        throw new IllegalStateException("broken carrier");
      }
      if (captured == null) {
        USER.remove();
      } else {
        USER.set((String) captured);
      }
    }
  }

  @AfterEach
  void nobodyIsLeft() {
    broken = false;
    USER.remove();
    OTHER.remove();
  }

  @Test
  void taskBeginsWithWhatItsMakerHadAndKeepsWhatItSets() {
    USER.set("main");
    OTHER.set("main");
    Virtual.run(() -> {
      assertThat(USER.get()).isEqualTo("main");
      assertThat(OTHER.get()).isNull();
      Task<?> child =
          createTask(() -> {
            assertThat(USER.get()).isEqualTo("main");
            USER.set("child");
            await(sleep(seconds(1)));
            assertThat(USER.get()).isEqualTo("child");
            await(createTask(() -> assertThat(USER.get()).isEqualTo("child")));
          });
      USER.set("changed"); // after it was made
      await(child);
      assertThat(USER.get()).isEqualTo("changed");
    });
    assertThat(USER.get()).isEqualTo("main");
  }

  @Test
  void taskOfSomebodyWhoHasNothingHasNothing() {
    Virtual.run(() -> {
      await(createTask(() -> USER.set("first")));
      assertThat(USER.get()).isNull();
      await(createTask(() -> assertThat(USER.get()).isNull()));
    });
  }

  @Test
  void callbacksHaveWhatWasThereWhenTheyWereScheduled() {
    Virtual.run(() -> {
      EventLoop loop = getRunningLoop();
      List<@Nullable String> seen = new ArrayList<>();
      Future<@Nullable Void> done = loop.createFuture();
      USER.set("one");
      loop.callSoon(() -> seen.add(USER.get()));
      loop.callLater(seconds(1), () -> seen.add("later " + USER.get()));
      loop.callSoonThreadsafe(() -> seen.add("threadsafe " + USER.get()));
      done.addDoneCallback(_ -> seen.add("done " + USER.get()));
      USER.set("two");
      loop.callSoon(() -> {
        seen.add(USER.get());
        USER.set("left behind");
      });
      USER.remove();
      loop.callSoon(() -> seen.add(USER.get()));
      done.setResult(null);
      await(sleep(seconds(2)));
      assertThat(seen)
          .containsExactly("one", "threadsafe one", "two", null, "done one", "later one");
      assertThat(USER.get()).isNull();
    });
  }

  @Test
  void callbackCanBeRemovedAgain() {
    Virtual.run(() -> {
      USER.set("somebody");
      Future<@Nullable Void> future = getRunningLoop().createFuture();
      java.util.function.Consumer<Future<@Nullable Void>> callback =
          _ -> {
            throw new AssertionError("was removed");
          };
      future.addDoneCallback(callback);
      assertThat(future.removeDoneCallback(callback)).isEqualTo(1);
      future.setResult(null);
      await(yieldNow());
    });
  }

  @Test
  void threadOfToThreadHasItForTheCall() {
    Asyncio.run(() -> {
      USER.set("caller");
      Thread[] thread = new Thread[1];
      String seen =
          await(
              toThread(() -> {
                thread[0] = Thread.currentThread();
                String found = USER.get();
                USER.set("of the thread");
                return found;
              }));
      assertThat(seen).isEqualTo("caller");
      assertThat(thread[0]).isNotSameAs(Thread.currentThread());
      assertThat(USER.get()).isEqualTo("caller");
    });
  }

  @Test
  void generatorBeginsWithWhatItsConsumerHas() {
    Virtual.run(() -> {
      USER.set("consumer");
      List<String> seen = new ArrayList<>();
      try (AsyncGenerator<String> users =
          asyncGenerator(yielder -> yielder.yield(String.valueOf(USER.get())))) {
        asyncFor(users).forEach(seen::add);
      }
      assertThat(seen).containsExactly("consumer");
    });
  }

  @Test
  void givenContextBringsWhatItsCopierHad() {
    Virtual.run(() -> {
      USER.set("copier");
      Context copy = Context.copyOfCurrent();
      assertThat(copy.size()).isZero();
      USER.set("maker");
      await(
          createTask(
              async(() -> assertThat(USER.get()).isEqualTo("copier")),
              TaskOptions.defaults().withContext(copy)));
      await(
          createTask(
              async(() -> assertThat(USER.get()).isNull()),
              TaskOptions.defaults().withContext(new Context())));
    });
  }

  @Test
  void carrierThatFailsFailsWhatBegins() {
    Virtual.run(() -> {
      USER.set("somebody");
      Task<?> task = createTask(() -> {});
      broken = true;
      assertThatThrownBy(() -> await(task)).hasMessage("broken carrier");
      broken = false;
      await(createTask(() -> assertThat(USER.get()).isEqualTo("somebody")));
    });
  }
}
