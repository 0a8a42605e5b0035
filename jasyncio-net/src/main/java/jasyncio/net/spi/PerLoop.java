package jasyncio.net.spi;

import jasyncio.EventLoop;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;

/// Something of which each loop has one of its own, made on first use and forgotten when the loop
/// is closed. Used on the loop whose it is.
///
/// @param <T> the type of the values
public final class PerLoop<T> {
  /// Concurrent: loops of several threads.
  private final Map<EventLoop, T> values = new ConcurrentHashMap<>();

  private final Function<EventLoop, T> make;
  private final Consumer<T> end;

  /// Values that are made by `make`.
  ///
  /// @param make makes that of a loop, on the loop
  /// @param end called when the loop has been closed
  public PerLoop(Function<EventLoop, T> make, Consumer<T> end) {
    this.make = make;
    this.end = end;
  }

  /// {@return the value of `loop`}
  ///
  /// @param loop the loop
  public T of(EventLoop loop) {
    T known = values.get(loop);
    if (known != null) {
      return known;
    }
    T created = make.apply(loop);
    values.put(loop, created);
    loop.addCloseAction(() -> {
      values.remove(loop);
      end.accept(created);
    });
    return created;
  }
}
