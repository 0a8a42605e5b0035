package jasyncio.net.testing;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.currentTask;

import jasyncio.AsyncAction;
import jasyncio.AsyncBody;
import jasyncio.Context;
import jasyncio.Task;
import jasyncio.TaskOptions;
import jasyncio.net.spi.Network;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A machine of a [SimulatedNetwork]: has a name, an address, a disk, and a clock that may be
/// wrong.
///
/// A task runs on a host if it was made by [#createTask(AsyncBody)], or by a task that runs there:
/// its `openConnection`, `startServer` and so on are the host's. Used on the loop.
public final class SimulatedHost {
  /// What clocks show when the loop's time is zero.
  private static final Instant START = Instant.parse("2000-01-01T00:00:00Z");

  private final SimulatedNetwork network;
  private final String name;
  private final InetAddress address;
  private final SimulatedDisk disk;
  private final Map<SimulatedHost, SimulatedLink.Line> lines = new LinkedHashMap<>();
  private Station station = new Station(this);
  private Duration skew = Duration.ZERO;

  SimulatedHost(SimulatedNetwork network, String name, InetAddress address) {
    this.network = network;
    this.name = name;
    this.address = address;
    this.disk = new SimulatedDisk(name);
  }

  /// {@return its name, under which others find it}
  public String name() {
    return name;
  }

  /// {@return its address}
  public InetAddress address() {
    return address;
  }

  /// {@return its disk, of which a crash leaves what was flushed}
  public SimulatedDisk disk() {
    return disk;
  }

  SimulatedNetwork network() {
    return network;
  }

  Station station() {
    return station;
  }

  SimulatedLink.Line lineTo(SimulatedHost other, SimulatedLink link) {
    return lines.computeIfAbsent(other, _ -> link.line());
  }

  // ---- what runs there ----

  /// What runs in the current context runs on this host from now on: the current task, and the
  /// tasks it makes.
  public void use() {
    Network.OF_CONTEXT.set(station);
  }

  /// Runs `body` in a task of its own on this host.
  ///
  /// @param <T> the type of the result
  /// @param body what to run
  /// @return the task
  /// @throws IllegalStateException if the host is down
  public <T extends @Nullable Object> Task<T> createTask(AsyncBody<? extends T> body) {
    if (!isUp()) {
      throw new IllegalStateException(this + ": restart() it first");
    }
    Context context = Context.copyOfCurrent();
    context.run(() -> Network.OF_CONTEXT.set(station));
    return network.loop().createTask(async(body), TaskOptions.defaults().withContext(context));
  }

  /// Runs `body` in a task of its own on this host.
  ///
  /// @param body what to run
  /// @return the task
  /// @throws IllegalStateException if the host is down
  public Task<@Nullable Void> createTask(AsyncAction body) {
    return createTask(() -> {
      body.run();
      return null;
    });
  }

  // ---- its end, and a new beginning ----

  /// The machine loses its power: nothing that it sends leaves it any more, its sockets end without
  /// a word, its tasks are cancelled, and its disk keeps what was flushed. Others do not learn of
  /// it, unless they send something after [#restart()].
  ///
  /// Unlike those of a real machine, `finally` blocks still run; they reach neither network nor
  /// disk.
  public void crash() {
    if (!isUp()) {
      return;
    }
    Station ended = station;
    ended.crash();
    disk.crash();
    for (Task<?> task : network.loop().allTasks()) {
      if (task != currentTask() && runsOn(task, ended)) {
        task.cancel();
      }
    }
  }

  private static boolean runsOn(Task<?> task, Station station) {
    return task.getContext().copy().call(() -> Network.OF_CONTEXT.get() == station);
  }

  /// Starts the machine again, with nothing but its disk.
  public void restart() {
    if (isUp()) {
      crash();
    }
    station = new Station(this);
    disk.start();
  }

  /// {@return whether it has not crashed}
  public boolean isUp() {
    return station.isUp();
  }

  // ---- its clock ----

  /// {@return its clock, for code that takes an [InstantSource]: goes with the loop's time from the
  /// year 2000 on, and is wrong by what was set}
  public InstantSource clock() {
    return () -> START.plusNanos(network.loop().time().nanos()).plus(skew);
  }

  /// Sets the clock wrong, or right again.
  ///
  /// @param skew by how much it is ahead; negative if it is behind
  public void setClockSkew(Duration skew) {
    this.skew = skew;
  }

  @Override
  public String toString() {
    return "<SimulatedHost " + name + (isUp() ? "" : " down") + ">";
  }
}
