package jasyncio.net;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.gather;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static jasyncio.net.Net.getaddrinfo;
import static jasyncio.net.Net.getnameinfo;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.CancelledError;
import jasyncio.Coroutine;
import jasyncio.Task;
import jasyncio.net.ConnectionError.Phase;
import jasyncio.parity.Parity;
import jasyncio.testing.CancelSweep;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(NothingLeaks.class)
@Timeout(60)
class ResolverTest {
  /// A name service that answers when it is told to.
  private static final class NameService implements Resolver.Lookup {
    final ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
    final Semaphore answers = new Semaphore(0);
    final AtomicInteger busy = new AtomicInteger();
    final AtomicInteger mostBusy = new AtomicInteger();

    @Override
    public InetAddress[] addressesOf(String host) throws UnknownHostException {
      asked.add(host);
      mostBusy.accumulateAndGet(busy.incrementAndGet(), Math::max);
      try {
        answers.acquire();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      } finally {
        busy.decrementAndGet();
      }
      if (host.startsWith("no")) {
        throw new UnknownHostException(host);
      }
      return new InetAddress[] {InetAddress.ofLiteral("192.0.2." + asked.size())};
    }
  }

  private final NameService service = new NameService();
  private final AtomicLong now = new AtomicLong();

  private Resolver resolver(int threads) {
    return new Resolver(service, now::get, threads, seconds(10), seconds(60));
  }

  private void untilAsked(int times) {
    while (service.asked.size() < times) {
      await(sleep(millis(1)));
    }
  }

  @Test
  void ofManyWhoAskForOneNameOneAsksForAll() {
    Resolver resolver = resolver(4);
    run(() -> {
      List<Coroutine<List<InetAddress>>> all = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        all.add(resolver.resolve("one", 80));
      }
      var together = gather(all);
      untilAsked(1);
      service.answers.release();
      assertThat(await(together))
          .hasSize(50)
          .containsOnly(List.of(InetAddress.ofLiteral("192.0.2.1")));
      assertThat(service.asked).containsExactly("one");
    });
  }

  @Test
  void anAnswerIsKeptForAWhile() {
    Resolver resolver = resolver(4);
    service.answers.release(2);
    run(() -> {
      var first = await(resolver.resolve("one", 80));
      now.set(seconds(9).toNanos());
      assertThat(await(resolver.resolve("one", 80))).isEqualTo(first);
      assertThat(service.asked).hasSize(1);
      now.set(seconds(10).toNanos());
      assertThat(await(resolver.resolve("one", 80))).isNotEqualTo(first);
      assertThat(service.asked).hasSize(2);
    });
  }

  @Test
  void aFailureIsToldToAllAndNotKept() {
    Resolver resolver = resolver(4);
    service.answers.release(2);
    run(() -> {
      for (int i = 1; i <= 2; i++) {
        assertThatThrownBy(() -> await(resolver.resolve("nobody", 80)))
            .isInstanceOfSatisfying(
                ConnectionError.class,
                e -> {
                  assertThat(e.phase()).isEqualTo(Phase.RESOLVE);
                  assertThat(e)
                      .hasMessage(
                          "Name or service not known: nobody [nobody:80, resolving the name]");
                });
        assertThat(service.asked).hasSize(i);
      }
    });
  }

  @Test
  void noMoreLookupsAtOnceThanThreads() {
    Resolver resolver = resolver(3);
    run(() -> {
      List<Coroutine<List<InetAddress>>> all = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        all.add(resolver.resolve("host-" + i, 80));
      }
      var together = gather(all);
      untilAsked(3);
      await(sleep(millis(5)));
      assertThat(service.asked).hasSize(3);
      service.answers.release(20);
      assertThat(await(together)).hasSize(20);
      assertThat(service.mostBusy).hasValue(3);
    });
  }

  @Test
  void aLookupThatEverybodyHasLeftBeforeItBeganIsNotMade() {
    Resolver resolver = resolver(1);
    run(() -> {
      Task<?> slow = createTask(resolver.resolve("slow", 80));
      untilAsked(1);
      Task<?> left = createTask(resolver.resolve("left", 80));
      Task<?> alsoLeft = createTask(resolver.resolve("left", 80));
      await(sleep(millis(0)));
      await(sleep(millis(0)));
      left.cancel();
      alsoLeft.cancel();
      assertThatThrownBy(() -> await(left)).isInstanceOf(CancelledError.class);
      assertThatThrownBy(() -> await(alsoLeft)).isInstanceOf(CancelledError.class);
      Task<?> other = createTask(resolver.resolve("other", 80));
      service.answers.release(3);
      await(slow);
      await(other);
      assertThat(service.asked).containsExactly("slow", "other");
    });
  }

  @Test
  void oneWhoLeavesDisturbsNobody() {
    Resolver resolver = resolver(1);
    run(() -> {
      Task<?> leaving = createTask(resolver.resolve("one", 80));
      Task<List<InetAddress>> staying = createTask(resolver.resolve("one", 80));
      untilAsked(1);
      leaving.cancel();
      assertThatThrownBy(() -> await(leaving)).isInstanceOf(CancelledError.class);
      service.answers.release();
      assertThat(await(staying)).hasSize(1);
    });
  }

  @Test
  void aSilentNameServiceIsGivenUp() {
    Resolver impatient = new Resolver(service, now::get, 1, Duration.ZERO, millis(10));
    run(() -> {
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> await(impatient.resolve("silent", 443)))
            .isInstanceOf(ConnectionError.class)
            .hasMessage(
                "no answer to the lookup of silent within 0 seconds"
                    + " [silent:443, resolving the name]");
      }
      service.answers.release(10);
    });
  }

  @Test
  void literalsAreNotLookedUp() {
    Resolver resolver = resolver(1);
    run(() -> {
      for (String literal : List.of("127.0.0.1", "::1", "2001:db8::7", "10.1.2.3")) {
        assertThat(await(resolver.resolve(literal, 80)))
            .containsExactly(InetAddress.ofLiteral(literal));
      }
      service.answers.release(2);
      await(resolver.resolve("server1", 80));
      assertThat(service.asked).containsExactly("server1");
    });
  }

  @Test
  void aCancelledLookupLosesNothing() {
    CancelSweep.of(
            "resolve",
            world -> {
              Resolver resolver = resolver(2);
              service.asked.clear();
              service.answers.drainPermits();
              world.victim(() -> await(resolver.resolve("one", 80)));
              world.helper(() -> {
                await(sleep(millis(1)));
                service.answers.release(2);
                assertThat(await(resolver.resolve("one", 80))).hasSize(1);
              });
            })
        .onRealTime()
        .run();
  }

  @Test
  void twoLoopsShareOneLookup() throws Exception {
    Resolver resolver = resolver(4);
    Thread other = Thread.ofPlatform().start(() -> run(() -> await(resolver.resolve("one", 80))));
    run(() -> {
      untilAsked(1);
      var mine = createTask(resolver.resolve("one", 80));
      await(sleep(millis(1)));
      service.answers.release();
      assertThat(await(mine)).hasSize(1);
    });
    other.join();
    assertThat(service.asked).hasSize(1);
  }

  @Test
  @Parity("RAW-05")
  void theSystemIsAskedForNamesAndAddresses() {
    run(() -> {
      assertThat(await(getaddrinfo("localhost", 80)))
          .isNotEmpty()
          .allSatisfy(address -> {
            assertThat(address.getPort()).isEqualTo(80);
            assertThat(address.getAddress().isLoopbackAddress()).isTrue();
          });
      assertThat(await(getnameinfo(new InetSocketAddress("127.0.0.1", 80)))).isNotEmpty();
      assertThatThrownBy(() -> await(getaddrinfo("no.such.host.invalid", 1)))
          .isInstanceOf(ConnectionError.class);
      assertThatThrownBy(() -> await(getaddrinfo("localhost", 70_000)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(
              () -> await(getnameinfo(InetSocketAddress.createUnresolved("localhost", 1))))
          .isInstanceOf(IllegalArgumentException.class);
      await(async(() -> {}));
    });
  }
}
