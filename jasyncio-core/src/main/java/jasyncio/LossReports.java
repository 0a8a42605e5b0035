package jasyncio;

import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Objects that must not go unnoticed: a failure nobody looked at, in debug mode a coroutine nobody
/// awaited. Each is reported when it becomes unreachable, and at the latest when the loop closes.
///
/// Everything here runs on the loop's thread: the loop looks at what the collector has found
/// whenever it is about to wait, so no thread is needed.
///
/// It does not refer to its loop, so that it is still there when a loop has been collected that
/// nobody closed; see [OpenLoops].
final class LossReports {
  /// What to say about a lost object. Must refer neither to the object nor to its loop.
  interface Report {
    /// {@return what to report; null if it is not lost after all}
    ///
    /// @param lost the object, if it is still there because the loop is closing
    @Nullable ExceptionContext about(@Nullable Object lost);
  }

  private final ReferenceQueue<Object> collected = new ReferenceQueue<>();
  private @Nullable Entry first;

  LossReports() {}

  /// Whether anything is being watched, so that the loop must wake up now and then to look for what
  /// was collected.
  boolean isEmpty() {
    return first == null;
  }

  /// Watches `object`.
  Entry watch(Object object, Report report) {
    Entry entry = new Entry(this, object, report);
    entry.next = first;
    if (first != null) {
      first.previous = entry;
    }
    first = entry;
    return entry;
  }

  /// Watches what has to be closed, made where this is called.
  ///
  /// @return to be run when it is closed
  Runnable watchUnclosed(Object resource, Supplier<@Nullable String> report) {
    Origin source = new Origin("made here");
    Entry entry =
        watch(
            resource,
            _ -> {
              String text = report.get();
              return text == null ? null : ExceptionContext.of(text).withSource(source);
            });
    return () -> entry.forget(RunningKernel.orNull());
  }

  private void unlink(Entry entry) {
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
  void sendCollected(EventLoop loop) {
    for (Object lost = collected.poll(); lost != null; lost = collected.poll()) {
      Entry entry = (Entry) lost;
      if (entry == first || entry.previous != null) {
        unlink(entry);
        entry.tell(loop, null);
      }
    }
  }

  /// Reports everything that is left.
  void sendAll(EventLoop loop) {
    while (first != null) {
      Entry entry = first;
      unlink(entry);
      entry.tell(loop, entry.get());
    }
  }

  /// What there is to report about all that is left, for a loop that does not run any more.
  List<ExceptionContext> all() {
    List<ExceptionContext> reports = new ArrayList<>();
    for (Entry entry = first; entry != null; entry = entry.next) {
      ExceptionContext report = entry.forgotten ? null : entry.report.about(entry.get());
      if (report != null) {
        reports.add(report);
      }
    }
    return reports;
  }

  /// One watched object.
  static final class Entry extends WeakReference<Object> {
    private final LossReports owner;
    private final Report report;

    /// Volatile: a coroutine may be started on another loop than it was made on.
    private volatile boolean forgotten;

    private @Nullable Entry previous;
    private @Nullable Entry next;

    private Entry(LossReports owner, Object object, Report report) {
      super(object, owner.collected);
      this.owner = owner;
      this.report = report;
    }

    private void tell(EventLoop loop, @Nullable Object lost) {
      ExceptionContext about = forgotten ? null : report.about(lost);
      if (about != null) {
        loop.callExceptionHandler(about);
      }
    }

    /// The object is no longer in danger. Callable from any thread.
    ///
    /// @param running the loop whose code calls this, which alone may touch its list; null if it is
    ///   none's
    void forget(@Nullable Kernel running) {
      forgotten = true;
      if (running != null && running.losses == owner) {
        owner.unlink(this);
      }
    }
  }
}
