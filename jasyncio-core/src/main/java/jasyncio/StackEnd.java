package jasyncio;

import org.jspecify.annotations.Nullable;

/// Where the stack ends: what a `StackOverflowError` has cut off half-way, until the loop's top
/// frame puts it right.
final class StackEnd {
  /*
   * Overview
   *
   * A task may stand at any depth when it waits or makes another task, and the loop's own code
   * runs up there with it. Four rules keep the end of the stack the misfortune of that task alone:
   *
   *   1. The error comes up at a call and nowhere else. So what changes shared state makes its
   *      calls first and writes its fields then, which happens as a whole or not at all: see
   *      ReadyQueue, TimerHeap, Future.finish.
   *   2. What cannot be made so is begun only where there is room: hasRoom(). That is the driver,
   *      and whatever moves many timers.
   *   3. What was cut off all the same is noted here, by field writes alone, since another call
   *      would fail too; and the error goes on to whoever stands too deep.
   *   4. The top frame, which has room, puts it right before the next turn.
   *
   *   cut off                                noted as                      put right by
   *   a callback in place of a task          in callbacks                  running it
   *   the report of what it threw            in callbacks, its `failure`   reporting that
   *   the start of a task                    in tasks, LOST                forgetting it: its maker
   *                                                                        was told
   *   the end of a task                      in tasks, ENDED               ending it
   *
   * Not here: a poster of another thread that could not wake the loop leaves that to the next one
   * (Inbox.leaveUnannounced); a thread that hands over its baton makes sure of its room before
   * (ThreadFiber).
   */

  /// How many small frames must fit for what must not be cut off: some 30 kB, a few times what
  /// drivers need.
  private static final int ROOM_FRAMES = 500;

  /// Callbacks that could not be run or reported; linked by [Handle#below], the newest first.
  @Nullable Handle callbacks;

  /// Tasks that may not have begun or ended properly; linked by [Task#cutOffBefore], the newest
  /// first.
  @Nullable Task<?> tasks;

  StackEnd() {}

  /// Whether the stack has room for a driver and the timers.
  static boolean hasRoom() {
    try {
      return descend(ROOM_FRAMES) == 0;
    } catch (StackOverflowError e) {
      return false;
    }
  }

  private static int descend(int frames) {
    return frames == 0 ? 0 : descend(frames - 1);
  }

  /// Puts right what was cut off. Called by the top frame.
  void putRight(Kernel kernel) {
    while (callbacks != null) {
      Handle handle = callbacks;
      callbacks = handle.below;
      handle.below = null;
      if (handle.failure == null) {
        kernel.ready.add(handle);
      } else {
        kernel.carrier.enterHost();
        handle.report(handle.failure);
      }
    }
    while (tasks != null) {
      Task<?> task = tasks;
      tasks = task.cutOffBefore;
      task.cutOffBefore = null;
      task.putRight();
    }
  }
}
