package jasyncio;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// Who sees what a context variable was set to, and who does not.
class ContextTest {
  private static final ContextVar<String> WHO = ContextVar.withDefault("who", "nobody");
  private static final ContextVar<String> REQUEST = ContextVar.of("request");

  @Test
  void whatIsSetInAContextStaysInIt() {
    Context context = new Context();
    context.run(() -> {
      var _ = WHO.set("inside");
      assertThat(WHO.get()).isEqualTo("inside");
    });
    assertThat(WHO.get()).isEqualTo("nobody");
    assertThat(context.contains(WHO)).isTrue();
    assertThat(context.size()).isEqualTo(1);
    assertThat(context.call(WHO::get)).isEqualTo("inside");
  }

  @Test
  void aCopyIsIndependentBothWays() {
    Context original = new Context();
    original.run(() -> WHO.set("original"));
    Context copy = original.copy();
    copy.run(() -> WHO.set("copy"));
    original.run(() -> REQUEST.set("17"));
    assertThat(original.call(WHO::get)).isEqualTo("original");
    assertThat(copy.call(WHO::get)).isEqualTo("copy");
    assertThat(copy.contains(REQUEST)).isFalse();
  }

  @Test
  void aTaskHasACopyOfItsCreatorsAndKeepsItsOwn() {
    Virtual.run(() -> {
      var _ = WHO.set("parent");
      Task<String> child =
          createTask(() -> {
            String inherited = WHO.get();
            var _ = WHO.set("child");
            await(sleep(Duration.ZERO));
            return inherited + ", " + WHO.get();
          });
      var _ = WHO.set("parent, later");
      assertThat(await(child)).isEqualTo("parent, child");
      assertThat(WHO.get()).isEqualTo("parent, later");
      assertThat(child.getContext().call(WHO::get)).isEqualTo("child");
    });
  }

  @Test
  void aCallbackHasACopyOfTheContextItWasScheduledIn() {
    Virtual.run(() -> {
      List<String> seen = new ArrayList<>();
      var _ = WHO.set("first");
      getRunningLoop()
          .callSoon(() -> {
            seen.add(WHO.get());
            var _ = WHO.set("callback");
          });
      var _ = WHO.set("second");
      getRunningLoop().callSoon(() -> seen.add(WHO.get()));
      Virtual.turns(1);
      assertThat(seen).containsExactly("first", "second");
      assertThat(WHO.get()).isEqualTo("second");
    });
  }

  @Test
  void aContextThatIsGivenIsUsedItselfByTaskAfterTask() {
    Virtual.run(() -> {
      Context shared = new Context();
      TaskOptions options = TaskOptions.defaults().withContext(shared);
      await(
          createTask(
              Asyncio.async(() -> {
                var _ = WHO.set("one");
              }),
              options));
      Task<String> second = createTask(Asyncio.async(() -> WHO.get()), options);
      assertThat(await(second)).isEqualTo("one");
      assertThat(WHO.get()).isEqualTo("nobody");
    });
  }

  @Test
  void awaitsInAContextStayInItAndOthersDoNotSeeIt() {
    Virtual.run(() -> {
      Context context = new Context();
      context.run(() -> WHO.set("inside"));
      Task<List<String>> other =
          createTask(() -> {
            List<String> seen = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
              seen.add(WHO.get());
              await(sleep(Duration.ZERO));
            }
            return seen;
          });
      String after =
          context.call(() -> {
            Virtual.turns(2);
            return WHO.get();
          });
      assertThat(after).isEqualTo("inside");
      assertThat(WHO.get()).isEqualTo("nobody");
      assertThat(await(other)).containsOnly("nobody");
    });
  }

  @Test
  void whatTheBodyThrowsComesOutAndTheOldContextIsBack() {
    Context context = new Context();
    IOException failure = new IOException("as it is");
    assertThatThrownBy(() ->
            context.call(() -> {
              var _ = WHO.set("inside");
              throw failure;
            }))
        .isSameAs(failure);
    assertThat(WHO.get()).isEqualTo("nobody");
    context.run(() -> {}); // it was left
  }

  @Test
  void isEnteredOnceAtATime() {
    Context context = new Context();
    context.run(() ->
        assertThatThrownBy(() -> context.run(() -> {}))
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("cannot enter context: " + context + " is already entered"));
    Virtual.run(() -> {
      Context own = getRunningLoop().currentTask().getContext();
      assertThatThrownBy(() -> own.run(() -> {})).isInstanceOf(IllegalStateException.class);
    });
  }

  @Test
  void aTokenBringsBackWhatWasBeforeOnceAndInItsOwnContextOnly() {
    Context context = new Context();
    context.run(() -> {
      ContextVar.Token<String> first = REQUEST.set("1");
      ContextVar.Token<String> second = REQUEST.set("2");
      REQUEST.reset(second);
      assertThat(REQUEST.get()).isEqualTo("1");
      assertThatThrownBy(() -> REQUEST.reset(second))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("has already been used once");
      assertThatThrownBy(() -> WHO.reset(first))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("was created by a different ContextVar");
      assertThatThrownBy(() -> new Context().run(() -> REQUEST.reset(first)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("was created in a different Context");
      REQUEST.reset(first);
      assertThat(context.contains(REQUEST)).isFalse();
      assertThatThrownBy(REQUEST::get)
          .isInstanceOf(NoSuchElementException.class)
          .hasMessageContaining("name='request'");
    });
  }

  @Test
  void nullIsAValueAndADefaultIsNotOne() {
    ContextVar<@Nullable String> maybe = ContextVar.withDefault("maybe", "default");
    new Context()
        .run(() -> {
          assertThat(maybe.getOr("fallback")).isEqualTo("fallback");
          var _ = maybe.set(null);
          assertThat(maybe.get()).isNull();
          assertThat(maybe.getOr("fallback")).isNull();
        });
  }

  @Test
  void aThreadOutsideAnyLoopHasAContextOfItsOwn() throws InterruptedException {
    List<String> seen = new ArrayList<>();
    Thread first =
        Thread.ofPlatform()
            .start(() -> {
              var _ = WHO.set("of the thread");
              seen.add(WHO.get());
              Virtual.run(() -> seen.add(WHO.get())); // a run begins with a copy of it
            });
    first.join();
    assertThat(seen).containsExactly("of the thread", "of the thread");
    assertThat(WHO.get()).isEqualTo("nobody");
  }

  @Test
  void toThreadTakesACopyAlong() {
    Asyncio.run(() -> {
      var _ = WHO.set("caller");
      String there =
          await(
              Asyncio.toThread(() -> {
                String inherited = WHO.get();
                var _ = WHO.set("thread");
                return inherited;
              }));
      assertThat(there).isEqualTo("caller");
      assertThat(WHO.get()).isEqualTo("caller");
    });
  }
}
