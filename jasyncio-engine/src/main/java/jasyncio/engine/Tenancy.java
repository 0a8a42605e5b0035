package jasyncio.engine;

import org.jspecify.annotations.Nullable;

/// Whose [Belongings] the fields of the loop's thread hold: the host's, which is whoever runs the
/// loop, with its callbacks and its driver; or a fiber's.
final class Tenancy {
  /*
   * Overview
   *
   *   host ---mount()----------------------> fiber   the host's are kept here
   *   fiber --unmount()--------------------> stale   the fiber keeps its own
   *   stale --mount()----------------------> fiber   the next one
   *   stale --enterHost()------------------> host
   *   fiber --enterHost()------------------> host    in thread locals only: the fiber's are put
   *   host ---leaveHost(), while mounted---> fiber   aside and come back
   *
   * Nothing is put back when a fiber leaves its stack: the next is often right behind it, and most
   * have nothing. So between two such fibers nothing is written, and the only cost is to see that
   * the fields are still empty. Whoever runs code that is no fiber's calls enterHost() before;
   * where it has been called already that is a load and a compare.
   *
   * While a fiber is mounted, the host never has the bindings of scoped values for itself: the JVM
   * keeps a cache of them that only a switch empties. So code of the host runs in place of a fiber
   * only if neither has any bound.
   *
   * What the JDK frees when a thread ends, such as its buffers for files, lies elsewhere
   * (`Thread.terminatingThreadLocals`) and stays the thread's. So there is nothing to free when a
   * fiber ends: its thread locals are garbage, as those of a virtual thread are.
   */
  private final Belongings hosts = new Belongings();
  private final Belongings aside = new Belongings();

  /// Whether the thread's thread locals are the host's.
  private boolean host = true;

  private boolean mounted;

  /// Whether the thread's fields hold nothing, left so by a fiber that has been unmounted.
  private boolean empty;

  Tenancy() {}

  /// A fiber is about to run; null: it has nothing.
  void mount(Thread thread, @Nullable Belongings theirs) {
    mounted = true;
    if (!empty || theirs != null) {
      change(thread, theirs);
    }
  }

  private void change(Thread thread, @Nullable Belongings theirs) {
    if (host) {
      hosts.takeFrom(thread);
      host = false;
    }
    empty = false;
    if (theirs == null) {
      Belongings.clear(thread);
    } else {
      theirs.giveTo(thread);
    }
  }

  /// The mounted fiber has left its stack, or lends it to another.
  ///
  /// @param known its object, if it has one
  /// @return what it has, or null
  @Nullable Belongings unmount(Thread thread, @Nullable Belongings known) {
    mounted = false;
    if (!host && Belongings.areNone(thread)) {
      empty = true;
      return null;
    }
    return keep(thread, known);
  }

  private Belongings keep(Thread thread, @Nullable Belongings known) {
    Belongings kept = known == null ? new Belongings() : known;
    if (host) {
      kept.takeFrom(thread, aside);
      hosts.takeLocalsFrom(thread);
      host = false;
    } else {
      kept.takeFrom(thread);
    }
    empty = false;
    return kept;
  }

  boolean isHost() {
    return host;
  }

  boolean isMounted() {
    return mounted;
  }

  /// The fiber mounted in place of somebody has left its stack.
  ///
  /// @param wasHost what [#isHost()] was before
  /// @param wasMounted what [#isMounted()] was before
  /// @param theirs what [#unmount(Thread, Belongings)] has given then
  void restore(Thread thread, boolean wasHost, boolean wasMounted, @Nullable Belongings theirs) {
    if (wasMounted) {
      mount(thread, theirs);
    }
    if (wasHost || !wasMounted) {
      enterHost(thread);
    }
  }

  /// The host's from here on.
  ///
  /// @return whether a mounted fiber's thread locals were put aside
  boolean enterHost(Thread thread) {
    if (host) {
      return false;
    }
    host = true;
    if (mounted) {
      aside.takeLocalsFrom(thread);
      hosts.giveLocalsTo(thread);
      return true;
    }
    empty = false;
    hosts.giveTo(thread);
    return false;
  }

  /// The mounted fiber's from here on, if there is one.
  void leaveHost(Thread thread) {
    if (host && mounted) {
      host = false;
      hosts.takeLocalsFrom(thread);
      aside.giveLocalsTo(thread);
    }
  }

  /// The loop has stopped.
  void end(Thread thread) {
    enterHost(thread);
    hosts.drop();
    aside.drop();
  }
}
