package jasyncio.net;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.timeout;

import jasyncio.CheckReturnValue;
import jasyncio.Coroutine;
import jasyncio.TimeoutError;
import jasyncio.net.ConnectionError.Phase;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Looks up the addresses of host names, for all loops of the process.
///
/// Its methods may be called from any loop.
public final class Resolver {
  /*
   * Overview
   *
   *   lookUp --> known?   from the cache, without suspending
   *          --> asked?   joins the flight that is on its way
   *          --> else     a flight of its own, in the queue of the threads
   *
   * A lookup blocks in native code, for seconds if a name server is silent, and cannot be
   * interrupted. So it has platform threads of its own, at most so many, which end when there is
   * nothing to do: virtual threads would keep their carriers, and the default executor has no
   * limit. A flight that everybody has left before it began is taken out of the queue.
   *
   * The JDK caches too, for 30 s unless told otherwise, but only behind a lock that the thread of
   * every further lookup of the same name would wait for.
   */
  private static final int THREADS = 16;
  private static final Duration TIME_TO_LIVE = Duration.ofSeconds(10);
  private static final Duration DEADLINE = Duration.ofSeconds(30);
  private static final int MOST_CACHED = 1000;

  private static final Resolver SHARED =
      new Resolver(InetAddress::getAllByName, System::nanoTime, THREADS, TIME_TO_LIVE, DEADLINE);

  /// The system's resolver, or a test's.
  @FunctionalInterface
  interface Lookup {
    InetAddress[] addressesOf(String host) throws UnknownHostException;
  }

  private final Lookup lookup;
  private final LongSupplier nanoTime;
  private final Duration timeToLive;
  private final Duration deadline;
  private final ThreadPoolExecutor threads;

  /// Guards the two maps, which loops and the pool's threads use.
  private final ReentrantLock lock = new ReentrantLock();

  private final Map<String, Flight> flights = new HashMap<>();

  private final Map<String, Known> cache =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
          return size() > MOST_CACHED;
        }
      };

  private record Known(List<InetAddress> addresses, long until) {}

  Resolver(
      Lookup lookup,
      LongSupplier nanoTime,
      int maxThreads,
      Duration timeToLive,
      Duration deadline) {
    this.lookup = lookup;
    this.nanoTime = nanoTime;
    this.timeToLive = timeToLive;
    this.deadline = deadline;
    this.threads =
        new ThreadPoolExecutor(
            maxThreads,
            maxThreads,
            1,
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(),
            Thread.ofPlatform().daemon().name("jasyncio-resolver-", 1).factory());
    threads.allowCoreThreadTimeOut(true);
  }

  /// {@return the resolver of all connections of the process}
  ///
  /// It has 16 threads at most, keeps an answer for 10 s, and gives a lookup 30 s.
  public static Resolver shared() {
    return SHARED;
  }

  /// The addresses of `host`, never empty, in the system's order. A literal address is given back.
  /// Of several who ask for the same name at once, one looks it up for all.
  ///
  /// Suspends unless the answer is known. Cancel-safe: nobody else's lookup ends, and an answer
  /// that comes later is kept for the next. Throws a [ConnectionError] that names host and port if
  /// there is no such name, or no answer in time.
  ///
  /// @param host a name or an address
  /// @param port for messages only
  /// @return the addresses
  @CheckReturnValue
  public Coroutine<List<InetAddress>> resolve(String host, int port) {
    return async(() -> {
      List<InetAddress> known = literalOrKnown(host);
      if (known != null) {
        return known;
      }
      Flight flight = board(host);
      try {
        return await(
            timeout(deadline, () -> await(flight.answer.copy())), UnknownHostException.class);
      } catch (UnknownHostException e) {
        throw new ConnectionError(
            "Name or service not known: " + host, host, port, Phase.RESOLVE, e);
      } catch (TimeoutError e) {
        throw new ConnectionError(
            "no answer to the lookup of " + host + " within " + deadline.toSeconds() + " seconds",
            host,
            port,
            Phase.RESOLVE,
            e);
      } finally {
        leave(flight);
      }
    });
  }

  /// The name of `address`, or its literal if it has none. What [Net#getnameinfo] does.
  ///
  /// Suspends. Cancel-safe. Throws a [ConnectionError] if there is no answer in time.
  @CheckReturnValue
  Coroutine<String> nameOf(InetAddress address) {
    return async(() -> {
      CompletableFuture<String> answer =
          CompletableFuture.supplyAsync(address::getCanonicalHostName, threads);
      try {
        return await(timeout(deadline, () -> await(answer)));
      } catch (TimeoutError e) {
        throw new ConnectionError(
            "no answer to the lookup of "
                + address.getHostAddress()
                + " within "
                + deadline.toSeconds()
                + " seconds",
            address.getHostAddress(),
            0,
            Phase.RESOLVE,
            e);
      }
    });
  }

  private @Nullable List<InetAddress> literalOrKnown(String host) throws IOException {
    if (host.isEmpty()
        || host.indexOf(':') >= 0
        || Character.isDigit(host.charAt(host.length() - 1))) {
      try {
        return List.of(InetAddress.ofLiteral(host));
      } catch (IllegalArgumentException _) {
        // a name that ends with a digit
      }
    }
    lock.lock();
    try {
      Known known = cache.get(host);
      if (known == null || known.until - nanoTime.getAsLong() <= 0) {
        cache.remove(host);
        return null;
      }
      return known.addresses;
    } finally {
      lock.unlock();
    }
  }

  // ---- flights ----

  /// One lookup, and those who wait for it.
  private final class Flight implements Runnable {
    final String host;
    final CompletableFuture<List<InetAddress>> answer = new CompletableFuture<>();
    int waiting;
    boolean begun;

    Flight(String host) {
      this.host = host;
    }

    @Override
    public void run() {
      lock.lock();
      try {
        begun = true;
      } finally {
        lock.unlock();
      }
      try {
        land(List.of(lookup.addressesOf(host)), null);
      } catch (Throwable t) { // whatever it is, those who wait must hear of it
        land(List.of(), t);
      }
    }

    private void land(List<InetAddress> addresses, @Nullable Throwable failure) {
      lock.lock();
      try {
        flights.remove(host, this);
        if (failure == null && timeToLive.isPositive()) {
          cache.put(host, new Known(addresses, nanoTime.getAsLong() + timeToLive.toNanos()));
        }
      } finally {
        lock.unlock();
      }
      if (failure == null) {
        answer.complete(addresses);
      } else {
        answer.completeExceptionally(failure);
      }
    }
  }

  private Flight board(String host) {
    lock.lock();
    try {
      Flight flight = flights.get(host);
      if (flight == null) {
        flight = new Flight(host);
        flights.put(host, flight);
        threads.execute(flight);
      }
      flight.waiting++;
      return flight;
    } finally {
      lock.unlock();
    }
  }

  private void leave(Flight flight) {
    lock.lock();
    try {
      flight.waiting--;
      if (flight.waiting == 0 && !flight.begun && threads.remove(flight)) {
        flights.remove(flight.host, flight);
      }
    } finally {
      lock.unlock();
    }
  }
}
