package jasyncio.http.client;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.timeout;

import jasyncio.CheckReturnValue;
import jasyncio.Context;
import jasyncio.Coroutine;
import jasyncio.EventLoop;
import jasyncio.Future;
import jasyncio.LoopTime;
import jasyncio.TimeoutError;
import jasyncio.TimerHandle;
import jasyncio.http.wire.Spans;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Hands out connections, keeps them for the next request, and never has more than it may.
///
/// Everything here runs on the loop.
final class ConnectionPool<C extends PooledConnection> {
  /*
   * Overview
   *
   * A slot is the right to have a connection in use, or to make one. It is counted in `inUse`, here
   * and in its host, from the moment it is granted, and whoever has it gives it back, whatever
   * happens: take() and giveBack() are the only places that count.
   *
   *   acquire:  slot at once, or a place in `waiters` -> idle connection, or dial -> caller
   *   release:  caller -> idle or closed -> slot back -> the first waiter that it fits
   *
   * Invariant: a waiter in line fits no free slot; so a newcomer that finds a slot overtakes
   * nobody. A waiter is given the slot before it wakes up; if it is cancelled in between, it passes
   * the slot on.
   *
   * Idle connections count towards the limit too: before one more is made, the oldest idle ones go.
   *
   * Differences from aiohttp's BaseConnector: idle connections count, as said; a timed-out wait for
   * a slot says so.
   */

  /// Makes connections.
  @FunctionalInterface
  interface Dialer<C> {
    /// Connects within the time; throws what the caller of acquire() is to get.
    C dial(ConnectionKey key, @Nullable Duration sockConnect) throws Throwable;
  }

  /// A request in line for a slot.
  private static final class Waiter {
    final ConnectionKey key;
    final Future<@Nullable Void> granted;
    boolean hasSlot;

    Waiter(ConnectionKey key, Future<@Nullable Void> granted) {
      this.key = key;
      this.granted = granted;
    }
  }

  /// What there is of one key.
  private static final class Host<C> {
    int inUse;

    /// The longest idle first.
    final ArrayDeque<C> idle = new ArrayDeque<>(2);

    boolean isNeeded() {
      return inUse > 0 || !idle.isEmpty();
    }
  }

  private final EventLoop loop;
  private final int limit;
  private final int limitPerHost;
  private final Duration keepalive;
  private final Dialer<C> dialer;

  private int inUse;
  private final Map<ConnectionKey, Host<C>> hosts = new HashMap<>();
  private final Set<C> leased = new LinkedHashSet<>();
  private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();

  /// Idle connections, the longest idle first, with the time each became so.
  private final LinkedHashMap<C, LoopTime> idle = new LinkedHashMap<>();

  private @Nullable TimerHandle sweep;
  private boolean closed;

  /// @param limit how many connections at most; 0 for no limit
  /// @param limitPerHost how many of one key at most; 0 for no limit
  /// @param keepalive how long an idle connection is kept
  ConnectionPool(
      EventLoop loop, int limit, int limitPerHost, Duration keepalive, Dialer<C> dialer) {
    this.loop = loop;
    this.limit = limit;
    this.limitPerHost = limitPerHost;
    this.keepalive = keepalive;
    this.dialer = dialer;
  }

  /// A connection for one request; the caller gives it back with [#release].
  ///
  /// Suspends unless one is idle. Cancel-safe: the slot and the connection stay here.
  ///
  /// @param fresh whether it must be a new one
  @CheckReturnValue
  Coroutine<C> acquire(ConnectionKey key, boolean fresh, ClientTimeout limits) {
    return async(() -> {
      checkOpen();
      if (hasRoom(key)) {
        C connection = fresh ? null : takeIdle(key);
        if (connection != null) {
          take(key);
          leased.add(connection);
          return connection;
        }
      }
      Duration connect = limits.connect();
      if (connect == null) {
        return acquireSlowly(key, fresh, limits, new boolean[1]);
      }
      boolean[] hasSlot = new boolean[1];
      try {
        return await(timeout(connect, () -> acquireSlowly(key, fresh, limits, hasSlot)));
      } catch (TimeoutError e) {
        throw timedOut(key, connect, hasSlot[0]);
      }
    });
  }

  private ConnectionTimeoutError timedOut(ConnectionKey key, Duration connect, boolean hasSlot) {
    return hasSlot
        ? new ConnectionTimeoutError(
            TimeoutPhase.CONNECT,
            "Connection timeout to host " + key + ": not within " + Spans.text(connect))
        : new ConnectionTimeoutError(
            TimeoutPhase.POOL,
            "Connection timeout to host "
                + key
                + ": none of the "
                + inUse
                + " connections in use became free within "
                + Spans.text(connect)
                + ". Read or close responses, or raise the limit");
  }

  private C acquireSlowly(ConnectionKey key, boolean fresh, ClientTimeout limits, boolean[] hasSlot)
      throws Throwable {
    if (hasRoom(key)) {
      take(key);
    } else {
      waitForSlot(key);
    }
    hasSlot[0] = true;
    try {
      checkOpen();
      C connection = fresh ? null : takeIdle(key);
      if (connection == null) {
        makeRoomForOneMore();
        connection = dialer.dial(key, limits.sockConnect());
        if (closed) {
          connection.close();
          throw closedError();
        }
      }
      leased.add(connection);
      return connection;
    } catch (Throwable t) {
      giveBack(key);
      throw t;
    }
  }

  private void waitForSlot(ConnectionKey key) {
    Waiter waiter = new Waiter(key, loop.createFuture());
    waiters.add(waiter);
    try {
      await(waiter.granted);
    } catch (Throwable t) {
      if (waiter.hasSlot) {
        giveBack(key);
      } else {
        waiters.remove(waiter);
      }
      throw t;
    }
  }

  /// Takes back a connection and its slot. Does nothing if it has been given back before.
  ///
  /// @param reusable whether it may carry another request
  void release(C connection, boolean reusable) {
    if (!leased.remove(connection)) {
      return;
    }
    if (reusable && !closed && connection.isAlive()) {
      idle.put(connection, loop.time());
      host(connection.key()).idle.add(connection);
      startSweep();
    } else {
      connection.close();
    }
    giveBack(connection.key());
  }

  /// A connection has died: takes it out of the idle ones.
  void forget(C connection) {
    Host<C> host = idle.remove(connection) == null ? null : hosts.get(connection.key());
    if (host != null) {
      host.idle.remove(connection);
      dropUnlessNeeded(connection.key(), host);
    }
  }

  /// The connection that was used last: its successors may time out meanwhile.
  private @Nullable C takeIdle(ConnectionKey key) {
    Host<C> host = hosts.get(key);
    if (host == null) {
      return null;
    }
    while (!host.idle.isEmpty()) {
      C connection = host.idle.removeLast();
      idle.remove(connection);
      if (connection.isAlive()) {
        return connection;
      }
      connection.close();
    }
    dropUnlessNeeded(key, host);
    return null;
  }

  private void makeRoomForOneMore() {
    while (limit > 0 && inUse + idle.size() > limit && !idle.isEmpty()) {
      C oldest = idle.firstEntry().getKey();
      forget(oldest);
      oldest.close();
    }
  }

  // ---- slots ----

  private boolean hasRoom(ConnectionKey key) {
    return (limit == 0 || inUse < limit) && (limitPerHost == 0 || inUseOf(key) < limitPerHost);
  }

  private int inUseOf(ConnectionKey key) {
    Host<C> host = hosts.get(key);
    return host == null ? 0 : host.inUse;
  }

  private Host<C> host(ConnectionKey key) {
    return hosts.computeIfAbsent(key, _ -> new Host<>());
  }

  private void dropUnlessNeeded(ConnectionKey key, Host<C> host) {
    if (!host.isNeeded()) {
      hosts.remove(key);
    }
  }

  private void take(ConnectionKey key) {
    inUse++;
    host(key).inUse++;
  }

  private void giveBack(ConnectionKey key) {
    inUse--;
    Host<C> host = host(key);
    host.inUse--;
    dropUnlessNeeded(key, host);
    for (Iterator<Waiter> line = waiters.iterator(); line.hasNext(); ) {
      if (limit > 0 && inUse >= limit) {
        break;
      }
      Waiter waiter = line.next();
      if (!waiter.granted.done() && hasRoom(waiter.key)) {
        line.remove();
        take(waiter.key);
        waiter.hasSlot = true;
        waiter.granted.setResult(null);
      }
    }
  }

  // ---- idle connections grow old ----

  private void startSweep() {
    if (sweep == null && !idle.isEmpty()) {
      LoopTime due = idle.firstEntry().getValue().plus(keepalive);
      sweep = loop.callAt(due, this::sweep, new Context());
    }
  }

  private void sweep() {
    sweep = null;
    LoopTime old = loop.time().minus(keepalive);
    while (!idle.isEmpty() && !idle.firstEntry().getValue().isAfter(old)) {
      C connection = idle.firstEntry().getKey();
      forget(connection);
      connection.close();
    }
    startSweep();
  }

  // ---- the end ----

  private void checkOpen() {
    if (closed) {
      throw closedError();
    }
  }

  private static ClientConnectionError closedError() {
    return new ClientConnectionError("Connector is closed.", null);
  }

  PoolStatistics statistics() {
    return new PoolStatistics(inUse, idle.size(), waiters.size());
  }

  boolean isClosed() {
    return closed;
  }

  /// Closes all connections, those in use too; whoever waits for one gets an exception. Does
  /// nothing the second time.
  void close() {
    closed = true;
    if (sweep != null) {
      sweep.cancel();
      sweep = null;
    }
    for (Waiter waiter : waiters) {
      waiter.granted.trySetException(closedError());
    }
    List<C> all = new ArrayList<>(idle.keySet());
    idle.clear();
    hosts.values().forEach(host -> host.idle.clear());
    all.addAll(leased);
    all.forEach(PooledConnection::close);
  }
}
