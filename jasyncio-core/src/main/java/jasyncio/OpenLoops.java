package jasyncio;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The loops that have been made and not closed, for those who look at them from outside.
/// Everything here may be called from any thread.
///
/// A loop that is dropped without being closed is not kept by this. What it leaves unsaid is said
/// when it has been collected: whoever makes a loop looks, the watchdog does, and [ExitReport].
///
/// CPython: BaseEventLoop.__del__, which warns of an "unclosed event loop".
final class OpenLoops {
  private static final Set<Entry> ENTRIES = ConcurrentHashMap.newKeySet();
  private static final ReferenceQueue<EventLoop> COLLECTED = new ReferenceQueue<>();
  private static final AtomicLong NUMBERS = new AtomicLong();

  private OpenLoops() {}

  /// Lists a new loop.
  static Entry add(EventLoop loop) {
    reportCollected();
    Entry entry = new Entry(loop);
    ENTRIES.add(entry);
    ExitReport.expect(ENTRIES);
    return entry;
  }

  /// The open loops, the oldest first.
  static List<EventLoop> all() {
    List<Entry> entries = new ArrayList<>(ENTRIES);
    entries.sort(Comparator.comparingLong(entry -> entry.number));
    List<EventLoop> loops = new ArrayList<>();
    for (Entry entry : entries) {
      EventLoop loop = entry.get();
      if (loop != null) {
        loops.add(loop);
      }
    }
    return loops;
  }

  /// Reports the loops that were collected without having been closed.
  static void reportCollected() {
    for (Object lost = COLLECTED.poll(); lost != null; lost = COLLECTED.poll()) {
      Entry entry = (Entry) lost;
      if (ENTRIES.remove(entry)) {
        ExitReport.expect(ENTRIES);
        entry.reportCollected();
      }
    }
  }

  /// A listed loop, and what is needed to report its loss. Does not refer to the loop.
  static final class Entry extends WeakReference<EventLoop> {
    private final long number = NUMBERS.incrementAndGet();
    private final String name;
    private final LossReports losses;
    private final TaskList.Count tasks;
    private final @Nullable Origin source;

    private Entry(EventLoop loop) {
      super(loop, COLLECTED);
      this.name = loop.toString();
      this.losses = loop.kernel.losses;
      this.tasks = loop.kernel.tasks.count;
      this.source = loop.kernel.debug ? new Origin("loop made here") : null;
    }

    /// The loop has been closed.
    void remove() {
      if (ENTRIES.remove(this)) {
        ExitReport.expect(ENTRIES);
      }
    }

    private void reportCollected() {
      int unfinished = tasks.get();
      ExceptionReport.logOrGiveUp(
          ExceptionContext.of(
                  "unclosed event loop "
                      + name
                      + (unfinished == 0 ? "" : ", dropped with " + unfinished + " pending tasks")
                      + ". Close it, best by try-with-resources: it may hold sockets and threads")
              .withSource(source));
      losses.all().forEach(ExceptionReport::logOrGiveUp);
    }
  }
}
