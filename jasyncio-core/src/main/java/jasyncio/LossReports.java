package jasyncio;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/// Objects that must not go unnoticed: a failure nobody looked at, in debug mode a coroutine nobody
/// awaited. Each is reported when it becomes unreachable, and at the latest when the loop closes.
///
/// Everything here runs on the loop's thread: the loop looks at what the collector has found
/// whenever it is about to wait, so no thread is needed.
final class LossReports {
  /// What to say about a lost object.
  interface Report {
    /// Reports it.
    ///
    /// @param lost the object, if it is still there because the loop is closing
    void send(@Nullable Object lost);
  }

  private final ReferenceQueue<Object> collected = new ReferenceQueue<>();
  private @Nullable Entry first;

  LossReports() {}

  /// Whether anything is being watched, so that the loop must wake up now and then to look for what
  /// was collected.
  boolean isEmpty() {
    return first == null;
  }

  /// Watches `object`; `report` must not refer to it.
  Entry watch(Object object, Report report) {
    Entry entry = new Entry(object, collected, report);
    entry.next = first;
    if (first != null) {
      first.previous = entry;
    }
    first = entry;
    return entry;
  }

  /// The object is no longer in danger.
  void forget(Entry entry) {
    if (entry.previous != null) {
      entry.previous.next = entry.next;
    } else if (first == entry) {
      first = entry.next;
    } else {
      return; // forgotten before
    }
    if (entry.next != null) {
      entry.next.previous = entry.previous;
    }
    entry.previous = null;
    entry.next = null;
  }

  /// Reports what the collector has found since the last call.
  void sendCollected() {
    for (Object lost = collected.poll(); lost != null; lost = collected.poll()) {
      Entry entry = (Entry) lost;
      if (entry == first || entry.previous != null) {
        forget(entry);
        entry.report.send(null);
      }
    }
  }

  /// Reports everything that is left.
  void sendAll() {
    while (first != null) {
      Entry entry = first;
      forget(entry);
      entry.report.send(entry.get());
    }
  }

  /// One watched object.
  static final class Entry extends WeakReference<Object> {
    private final Report report;
    private @Nullable Entry previous;
    private @Nullable Entry next;

    private Entry(Object object, ReferenceQueue<Object> queue, Report report) {
      super(object, queue);
      this.report = report;
    }
  }
}
