package jasyncio.net.testing;

import jasyncio.Context;
import jasyncio.EventLoop;
import jasyncio.LoopTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.DoubleFunction;
import org.jspecify.annotations.Nullable;

/// What lies between two hosts of a [SimulatedNetwork], in both directions alike: how long things
/// take, how much passes, and what gets lost.
///
/// Connections are as with TCP: what is lost is sent again and comes later, and nothing comes out
/// of order or twice. Datagrams are lost, doubled and overtaken. What happens by chance comes from
/// the schedule that a test explores (`@AsyncTest(schedules = …)`), and from the seed of the
/// network if it has one. Used on the loop.
public final class SimulatedLink {
  /// How long it takes until what was lost is sent again. Linux: the shortest there is.
  private static final Duration SENT_AGAIN = Duration.ofMillis(200);

  private static final int NANOS_PER_SECOND = 1_000_000_000;

  private final EventLoop loop;
  private final Chance chance;
  private final String name;
  private DoubleFunction<Duration> latency;
  private boolean latencyVaries;
  private long bandwidth = Long.MAX_VALUE;
  private double loss;
  private double duplication;
  private double reordering;
  private double fragmentation;
  private int window = 64 * 1024;
  private boolean cut;
  private final Queue<Line> broken = new ArrayDeque<>();

  SimulatedLink(EventLoop loop, Chance chance, String name, Duration latency) {
    this.loop = loop;
    this.chance = chance;
    this.name = name;
    this.latency = _ -> latency;
  }

  // ---- settings ----

  /// Everything takes so long from one host to the other. Without it that is a millisecond, and
  /// nothing inside one host.
  ///
  /// @param latency in one direction
  /// @return this link
  public SimulatedLink setLatency(Duration latency) {
    this.latency = _ -> latency;
    latencyVaries = false;
    return this;
  }

  /// Everything takes some time between these, each as likely as any other.
  ///
  /// @param least the shortest time
  /// @param most the longest time
  /// @return this link
  public SimulatedLink setLatency(Duration least, Duration most) {
    long range = most.minus(least).toNanos();
    return setLatency(quantile -> least.plusNanos((long) (range * quantile)));
  }

  /// Everything takes as long as a distribution says.
  ///
  /// @param quantiles gives the time that is not exceeded with that probability, from 0 to below 1
  /// @return this link
  public SimulatedLink setLatency(DoubleFunction<Duration> quantiles) {
    this.latency = quantiles;
    latencyVaries = true;
    return this;
  }

  /// So much passes in each direction.
  ///
  /// @param bytesPerSecond more than 0
  /// @return this link
  /// @throws IllegalArgumentException if it is not
  public SimulatedLink setBandwidth(long bytesPerSecond) {
    if (bytesPerSecond <= 0) {
      throw new IllegalArgumentException("the bandwidth must be positive, got " + bytesPerSecond);
    }
    this.bandwidth = bytesPerSecond;
    return this;
  }

  /// So many pieces are lost: datagrams for good, those of connections until they are sent again.
  ///
  /// @param probability from 0 to 1
  /// @return this link
  /// @throws IllegalArgumentException if it is not
  public SimulatedLink setLoss(double probability) {
    this.loss = check(probability);
    return this;
  }

  /// So many datagrams come twice.
  ///
  /// @param probability from 0 to 1
  /// @return this link
  /// @throws IllegalArgumentException if it is not
  public SimulatedLink setDuplication(double probability) {
    this.duplication = check(probability);
    return this;
  }

  /// So many datagrams take twice as long, so that others overtake them.
  ///
  /// @param probability from 0 to 1
  /// @return this link
  /// @throws IllegalArgumentException if it is not
  public SimulatedLink setReordering(double probability) {
    this.reordering = check(probability);
    return this;
  }

  /// So many pieces of connections come in two parts: who reads gets less than was written.
  ///
  /// @param probability from 0 to 1
  /// @return this link
  /// @throws IllegalArgumentException if it is not
  public SimulatedLink setFragmentation(double probability) {
    this.fragmentation = check(probability);
    return this;
  }

  /// So much of a connection is under way, or waits for a reader, before its writer is held up.
  /// Without it that is 64 KiB.
  ///
  /// @param bytes at least 1
  /// @return this link
  /// @throws IllegalArgumentException if it is not
  public SimulatedLink setWindow(int bytes) {
    if (bytes < 1) {
      throw new IllegalArgumentException("the window must be positive, got " + bytes);
    }
    this.window = bytes;
    return this;
  }

  private static double check(double probability) {
    if (!(probability >= 0 && probability <= 1)) {
      throw new IllegalArgumentException("a probability is from 0 to 1, got " + probability);
    }
    return probability;
  }

  /// Cuts the link: nothing passes. Datagrams are lost; connections wait, those that are being made
  /// too.
  public void cut() {
    cut = true;
  }

  /// Lets things pass again: what waited comes now.
  public void heal() {
    cut = false;
    for (Line line = broken.poll(); line != null; line = broken.poll()) {
      line.goOn();
    }
  }

  /// {@return whether it is cut}
  public boolean isCut() {
    return cut;
  }

  // ---- for those who send ----

  int window() {
    return window;
  }

  /// How much of a piece goes first.
  int part(int size) {
    return size > 1 && chance.happens(name + " splits a piece", fragmentation) ? size / 2 : size;
  }

  private Duration latency() {
    return latencyVaries ? chance.howLong(name + " latency", latency) : latency.apply(0);
  }

  /// Sends a datagram.
  ///
  /// @return how many will arrive
  int send(Line line, int size, Runnable arrive) {
    if (cut || chance.happens(name + " loses a datagram", loss)) {
      return 0;
    }
    int copies = chance.happens(name + " doubles a datagram", duplication) ? 2 : 1;
    for (int i = 0; i < copies; i++) {
      Duration time = latency();
      if (chance.happens(name + " delays a datagram", reordering)) {
        time = time.multipliedBy(2).plusNanos(1);
      }
      loop.callAt(line.departure(size).plus(time), arrive, new Context());
    }
    return copies;
  }

  Line line() {
    return new Line();
  }

  /// One direction of one connection, in which nothing overtakes.
  final class Line {
    private LoopTime free = loop.time();
    private LoopTime lastArrival = free;
    private @Nullable Queue<Runnable> waiting;

    private Line() {}

    private LoopTime departure(int size) {
      LoopTime begin = loop.time().isAfter(free) ? loop.time() : free;
      free =
          bandwidth == Long.MAX_VALUE
              ? begin
              : begin.plus(Duration.ofNanos((long) size * NANOS_PER_SECOND / bandwidth));
      return free;
    }

    /// Sends a piece of a connection.
    void send(int size, Runnable arrive) {
      Duration time = latency();
      if (chance.happens(name + " loses a piece", loss)) {
        time = time.plus(SENT_AGAIN);
      }
      LoopTime arrival = departure(size).plus(time);
      lastArrival = arrival.isAfter(lastArrival) ? arrival : lastArrival;
      loop.callAt(lastArrival, () -> arrive(arrive), new Context());
    }

    private void arrive(Runnable arrive) {
      if (waiting != null) {
        waiting.add(arrive);
      } else if (cut) {
        waiting = new ArrayDeque<>();
        waiting.add(arrive);
        broken.add(this);
      } else {
        arrive.run();
      }
    }

    /// What waited at a cut comes, and then what has come behind it.
    private void goOn() {
      loop.callAt(loop.time().plus(latency()), this::release, new Context());
    }

    private void release() {
      Queue<Runnable> held = waiting;
      while (held != null && !held.isEmpty()) {
        if (cut) {
          broken.add(this);
          return;
        }
        held.remove().run();
      }
      waiting = null;
    }
  }

  @Override
  public String toString() {
    return "<SimulatedLink " + name + (cut ? " cut" : "") + ">";
  }
}
