package jasyncio;

import java.util.List;

/// One value for each loop of a [LoopGroup], such as a connection or a cache, which the tasks of
/// that loop share without a lock. Made by [LoopGroup#local].
///
/// @param <T> the type of the values
public final class LoopLocal<T> {
  private final LoopGroup group;
  private final List<T> values;

  LoopLocal(LoopGroup group, List<T> values) {
    this.group = group;
    this.values = values;
  }

  /// {@return the value of the running loop} Does not suspend.
  ///
  /// @throws IllegalStateException if no loop is running on this thread, or one of another group
  public T get() {
    EventLoop running = Asyncio.getRunningLoop();
    for (int i = 0; i < values.size(); i++) {
      if (group.loops().get(i).loop() == running) {
        return values.get(i);
      }
    }
    throw new IllegalStateException(
        running
            + " is not of "
            + group
            + ", so it has no value here. Submit the work to the group");
  }

  @Override
  public String toString() {
    return "<LoopLocal of " + group + ">";
  }
}
