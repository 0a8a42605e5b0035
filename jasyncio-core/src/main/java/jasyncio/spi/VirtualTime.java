package jasyncio.spi;

/// A clock and a driver in one: time stands still while anything can run, and jumps to the next
/// deadline when nothing can.
///
/// A program on virtual time sleeps for hours in no time, and every run of it is the same. It must
/// not wait for anything from outside the loop: if nothing is ready and no timer is left,
/// [#poll(long, Inbox)] throws [Deadlock] instead of waiting for ever.
public final class VirtualTime implements Clock, IoDriver {
  private long now;

  /// A clock that starts at zero.
  public VirtualTime() {}

  @Override
  public long nanoTime() {
    return now;
  }

  @Override
  public void poll(long maxNanos, Inbox inbox) {
    if (maxNanos == NO_WAIT || !inbox.isEmpty()) {
      return;
    }
    if (maxNanos == FOREVER) {
      throw new Deadlock();
    }
    now += maxNanos;
  }

  /// Does nothing: it never waits.
  @Override
  public void wake() {}

  @Override
  public void close() {}

  /// The loop on virtual time has nothing to run and nothing to wait for: its tasks wait for each
  /// other, or for something outside that virtual time cannot see.
  public static final class Deadlock extends IllegalStateException {
    private static final long serialVersionUID = 1;

    Deadlock() {
      super(
          "nothing is ready and no timer is set: every task waits for something that will never"
              + " happen. On virtual time a"
              + " program must not wait for other threads or for the network");
    }
  }
}
