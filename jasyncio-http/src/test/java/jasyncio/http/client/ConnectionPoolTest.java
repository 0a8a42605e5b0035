package jasyncio.http.client;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.AsyncAction;
import jasyncio.CancelledError;
import jasyncio.LoopConfig;
import jasyncio.Task;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionPoolTest {
  private static final ConnectionKey A = new ConnectionKey("http", "a", 80);
  private static final ConnectionKey B = new ConnectionKey("http", "b", 80);
  private static final ClientTimeout NONE = ClientTimeout.none();

  private static final class Fake implements PooledConnection {
    private final ConnectionKey key;
    boolean alive = true;

    Fake(ConnectionKey key) {
      this.key = key;
    }

    @Override
    public ConnectionKey key() {
      return key;
    }

    @Override
    public boolean isAlive() {
      return alive;
    }

    @Override
    public void close() {
      alive = false;
    }
  }

  private final List<Fake> dialled = new ArrayList<>();
  private Duration dialTime = Duration.ZERO;
  private RuntimeException dialFailure;

  private static void inLoop(AsyncAction body) {
    run(async(body), LoopConfig.defaults().withVirtualTime());
  }

  private ConnectionPool<Fake> pool(int limit, int limitPerHost) {
    return new ConnectionPool<>(
        getRunningLoop(),
        limit,
        limitPerHost,
        seconds(15),
        (key, _) -> {
          await(sleep(dialTime));
          if (dialFailure != null) {
            throw dialFailure;
          }
          Fake connection = new Fake(key);
          dialled.add(connection);
          return connection;
        });
  }

  private static Fake acquire(ConnectionPool<Fake> pool, ConnectionKey key) {
    return await(pool.acquire(key, false, NONE));
  }

  private static void assertStatistics(ConnectionPool<?> pool, int inUse, int idle, int waiting) {
    assertThat(pool.statistics()).isEqualTo(new PoolStatistics(inUse, idle, waiting));
  }

  @Test
  void aConnectionIsUsedAgainForTheSameKeyOnly() {
    inLoop(() -> {
      ConnectionPool<Fake> pool = pool(100, 0);
      Fake first = acquire(pool, A);
      assertStatistics(pool, 1, 0, 0);
      pool.release(first, true);
      assertStatistics(pool, 0, 1, 0);

      assertThat(acquire(pool, B)).isNotSameAs(first);
      assertThat(acquire(pool, A)).isSameAs(first);
      assertThat(acquire(pool, A)).isNotSameAs(first);
      assertStatistics(pool, 3, 0, 0);
    });
  }

  @Test
  void aFreshConnectionIsNewThoughOneIsIdle() {
    inLoop(() -> {
      ConnectionPool<Fake> pool = pool(100, 0);
      Fake first = acquire(pool, A);
      pool.release(first, true);

      assertThat(await(pool.acquire(A, true, NONE))).isNotSameAs(first);
      assertStatistics(pool, 1, 1, 0);
    });
  }

  @Test
  void theConnectionUsedLastIsTakenFirst() {
    inLoop(() -> {
      ConnectionPool<Fake> pool = pool(100, 0);
      Fake first = acquire(pool, A);
      Fake second = acquire(pool, A);
      pool.release(first, true);
      pool.release(second, true);
      assertThat(acquire(pool, A)).isSameAs(second);
    });
  }

  @Test
  void connectionsThatAreNotReusableAreClosed() {
    inLoop(() -> {
      ConnectionPool<Fake> pool = pool(100, 0);
      Fake first = acquire(pool, A);
      pool.release(first, false);
      assertThat(first.alive).isFalse();
      Fake second = acquire(pool, A);
      second.alive = false;
      pool.release(second, true);
      assertStatistics(pool, 0, 0, 0);
      pool.release(second, true);
      assertStatistics(pool, 0, 0, 0);
    });
  }

  @Test
  void idleConnectionsThatHaveDiedAreSkippedAndForgotten() {
    inLoop(() -> {
      ConnectionPool<Fake> pool = pool(100, 0);
      Fake first = acquire(pool, A);
      Fake second = acquire(pool, A);
      pool.release(first, true);
      pool.release(second, true);
      second.alive = false;
      assertThat(acquire(pool, A)).isSameAs(first);
      pool.release(first, true);
      pool.forget(first);
      assertStatistics(pool, 0, 0, 0);
    });
  }

  @Test
  void waitersAreServedInOrder() {
    inLoop(() -> {
      ConnectionPool<Fake> pool = pool(1, 0);
      List<Integer> order = new ArrayList<>();
      Fake first = acquire(pool, A);
      List<Task<?>> tasks = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        int number = i;
        tasks.add(
            createTask(() -> {
              Fake connection = acquire(pool, number % 2 == 0 ? A : B);
              order.add(number);
              await(sleep(millis(10)));
              pool.release(connection, true);
            }));
      }
      await(sleep(millis(1)));
      assertStatistics(pool, 1, 0, 5);
      pool.release(first, true);
      for (Task<?> task : tasks) {
        await(task);
      }
      assertThat(order).containsExactly(0, 1, 2, 3, 4);
      assertStatistics(pool, 0, 1, 0);
    });
  }

  @Test
  void aFullHostHoldsUpNoOther() {
    inLoop(() -> {
      ConnectionPool<Fake> pool = pool(0, 1);
      Fake first = acquire(pool, A);
      Task<Fake> waiting = createTask(pool.acquire(A, false, NONE));
      await(sleep(millis(1)));
      assertStatistics(pool, 1, 0, 1);
      assertThat(acquire(pool, B).key()).isEqualTo(B);
      pool.release(first, true);
      assertThat(await(waiting)).isSameAs(first);
    });
  }

  @Test
  void aWaiterBehindAFullHostIsServedBeforeIt() {
    inLoop(() -> {
      ConnectionPool<Fake> pool = pool(2, 1);
      Fake a = acquire(pool, A);
      Fake b = acquire(pool, B);
      Task<Fake> second = createTask(pool.acquire(A, false, NONE));
      Task<Fake> third = createTask(pool.acquire(B, false, NONE));
      await(sleep(millis(1)));
      pool.release(b, true);
      assertThat(await(third)).isSameAs(b);
      assertThat(second.done()).isFalse();
      pool.release(a, true);
      assertThat(await(second)).isSameAs(a);
    });
  }

  @Test
  void idleConnectionsMakeRoomForNewOnes() {
    inLoop(() -> {
      ConnectionPool<Fake> pool = pool(2, 0);
      Fake oldest = acquire(pool, A);
      Fake newer = acquire(pool, A);
      pool.release(oldest, true);
      pool.release(newer, true);
      acquire(pool, B);
      assertThat(oldest.alive).isFalse();
      assertThat(newer.alive).isTrue();
      assertStatistics(pool, 1, 1, 0);
    });
  }

  @Test
  void idleConnectionsAreClosedAfterAWhile() {
    inLoop(() -> {
      ConnectionPool<Fake> pool = pool(100, 0);
      Fake first = acquire(pool, A);
      Fake second = acquire(pool, A);
      pool.release(first, true);
      await(sleep(seconds(10)));
      pool.release(second, true);
      await(sleep(millis(4999)));
      assertStatistics(pool, 0, 2, 0);
      await(sleep(millis(2)));
      assertStatistics(pool, 0, 1, 0);
      assertThat(first.alive).isFalse();
      assertThat(acquire(pool, A)).isSameAs(second);
      pool.release(second, true);
      await(sleep(seconds(16)));
      assertThat(second.alive).isFalse();
      assertStatistics(pool, 0, 0, 0);
    });
  }

  @Test
  void aFailureToConnectGivesTheSlotBack() {
    inLoop(() -> {
      ConnectionPool<Fake> pool = pool(1, 0);
      dialFailure = new ClientConnectorError(A, "no", null);
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(() -> acquire(pool, A))
            .isInstanceOf(ClientConnectorError.class)
            .hasMessage("Cannot connect to host a:80 ssl:default [no]");
      }
      dialFailure = null;
      assertThat(acquire(pool, A)).isNotNull();
    });
  }

  @Test
  void waitingForASlotHasATimeoutOfItsOwn() {
    inLoop(() -> {
      ConnectionPool<Fake> pool = pool(1, 0);
      acquire(pool, A);
      ClientTimeout timeout = NONE.withConnect(seconds(2));
      assertThatThrownBy(() -> await(pool.acquire(A, false, timeout)))
          .isInstanceOfSatisfying(
              ConnectionTimeoutError.class, e -> assertThat(e.phase()).isEqualTo(TimeoutPhase.POOL))
          .hasMessageContaining("2 s");
      assertStatistics(pool, 1, 0, 0);
    });
  }

  @Test
  void connectingWithinTheConnectTimeout() {
    inLoop(() -> {
      ConnectionPool<Fake> pool = pool(1, 0);
      dialTime = seconds(3);
      ClientTimeout timeout = NONE.withConnect(seconds(2));
      assertThatThrownBy(() -> await(pool.acquire(A, false, timeout)))
          .isInstanceOfSatisfying(
              ConnectionTimeoutError.class,
              e -> assertThat(e.phase()).isEqualTo(TimeoutPhase.CONNECT))
          .hasMessageStartingWith("Connection timeout to host http://a:80");
      assertStatistics(pool, 0, 0, 0);
      assertThat(await(pool.acquire(A, false, timeout.withConnect(seconds(4))))).isNotNull();
    });
  }

  @Test
  void closingEndsWaitingAndConnecting() {
    inLoop(() -> {
      ConnectionPool<Fake> pool = pool(2, 0);
      Fake idle = acquire(pool, A);
      Fake used = acquire(pool, A);
      pool.release(idle, true);
      dialTime = seconds(1);
      Task<Fake> connecting = createTask(pool.acquire(B, false, NONE));
      Task<Fake> waiting = createTask(pool.acquire(B, false, NONE));
      await(sleep(millis(1)));
      pool.close();
      pool.close();

      assertThat(idle.alive).isFalse();
      assertThat(used.alive).isFalse();
      for (Task<Fake> task : List.of(connecting, waiting)) {
        assertThatThrownBy(() -> await(task))
            .isInstanceOf(ClientConnectionError.class)
            .hasMessage("Connector is closed.");
      }
      assertThatThrownBy(() -> acquire(pool, A)).isInstanceOf(ClientConnectionError.class);
      pool.release(used, true);
      assertStatistics(pool, 0, 0, 0);
      assertThat(dialled).noneMatch(connection -> connection.alive);
    });
  }

  @Test
  void aWaiterCancelledAsItsTurnComesPassesTheSlotOn() {
    inLoop(() -> {
      ConnectionPool<Fake> pool = pool(1, 0);
      Fake first = acquire(pool, A);
      Task<Fake> cancelled = createTask(pool.acquire(A, false, NONE));
      Task<Fake> next = createTask(pool.acquire(A, false, NONE));
      await(sleep(millis(1)));
      pool.release(first, true); // the first waiter has the slot now
      cancelled.cancel();

      assertThat(await(next)).isSameAs(first);
      assertThat(cancelled.cancelled()).isTrue();
      assertStatistics(pool, 1, 0, 0);
    });
  }

  /// Cancels one of three users at every point in time at which anything happens.
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void whateverIsCancelledTheSlotComesBack(int at) {
    inLoop(() -> {
      ConnectionPool<Fake> pool = pool(1, 1);
      dialTime = millis(2);
      List<Task<?>> users = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        boolean fresh = i == 1;
        users.add(
            createTask(() -> {
              Fake connection = await(pool.acquire(A, fresh, NONE.withConnect(seconds(1))));
              try {
                await(sleep(millis(2)));
              } finally {
                pool.release(connection, true);
              }
            }));
      }
      getRunningLoop().callLater(millis(at), () -> users.get(at % 3).cancel());
      for (Task<?> user : users) {
        try {
          await(user);
        } catch (CancelledError e) {
          assertThat(user.cancelled()).isTrue();
        }
      }
      assertThat(pool.statistics().inUse()).isZero();
      assertThat(pool.statistics().waiting()).isZero();
      assertThat(acquire(pool, A)).isNotNull();
    });
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void randomUseNeverExceedsTheLimitsAndLosesNothing(long seed) {
    inLoop(() -> {
      Random random = new Random(seed);
      ConnectionPool<Fake> pool = pool(4, 2);
      int[] inUse = new int[1];
      List<Task<?>> users = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        ConnectionKey key = new ConnectionKey("http", "h" + random.nextInt(4), 80);
        boolean fails = random.nextInt(10) == 0;
        int start = random.nextInt(100);
        int hold = random.nextInt(10);
        users.add(
            createTask(() -> {
              await(sleep(millis(start)));
              dialTime = millis(hold);
              Fake connection = acquire(pool, key);
              try {
                assertThat(++inUse[0]).isLessThanOrEqualTo(4);
                assertThat(dialled.stream().filter(open -> open.alive).count())
                    .isLessThanOrEqualTo(4);
                await(sleep(millis(hold)));
              } finally {
                inUse[0]--;
                connection.alive &= !fails;
                pool.release(connection, true);
              }
            }));
      }
      for (int i = 0; i < 60; i++) {
        Task<?> victim = users.get(random.nextInt(users.size()));
        getRunningLoop().callLater(millis(random.nextInt(200)), victim::cancel);
      }
      for (Task<?> user : users) {
        try {
          await(user);
        } catch (CancelledError e) {
          assertThat(user.cancelled()).isTrue();
        }
      }
      assertThat(pool.statistics().inUse()).isZero();
      assertThat(pool.statistics().waiting()).isZero();
      assertThat(dialled.stream().filter(connection -> connection.alive).count())
          .isEqualTo(pool.statistics().idle());
    });
  }
}
