package jasyncio.engine;

import static jasyncio.engine.Internals.THREAD_BINDINGS;
import static jasyncio.engine.Internals.THREAD_INHERITABLE;
import static jasyncio.engine.Internals.THREAD_LOCALS;
import static jasyncio.engine.Internals.THREAD_SCOPES;
import static jasyncio.engine.Internals.U;

import org.jspecify.annotations.Nullable;

/// What the fields of a thread hold for the code that runs on it: scoped values, structured scopes
/// and thread locals. Fibers mostly have nothing of it, and no object of this class.
final class Belongings {
  /// Whether thread locals stay with the thread, whoever runs on it.
  static final boolean SHARED_LOCALS = ThreadLocalsSetting.isShared();

  /// Plain: whoever finds nothing here finds out the same.
  private static @Nullable Object emptySnapshot;

  private @Nullable Object bindings;
  private @Nullable Object scopes;
  private @Nullable Object locals;
  private @Nullable Object inheritable;

  Belongings() {}

  /// {@return whether the thread's fields hold nothing, as those of a new thread}
  ///
  /// @param thread the current thread
  static boolean areNone(Thread thread) {
    return U.getReference(thread, THREAD_BINDINGS) == Thread.class
        && U.getReference(thread, THREAD_SCOPES) == null
        && (SHARED_LOCALS
            || (U.getReference(thread, THREAD_LOCALS) == null
                && U.getReference(thread, THREAD_INHERITABLE) == null));
  }

  /// {@return whether the running code has set a thread local}
  ///
  /// @param thread the current thread
  static boolean haveLocals(Thread thread) {
    return U.getReference(thread, THREAD_LOCALS) != null
        || U.getReference(thread, THREAD_INHERITABLE) != null;
  }

  /// {@return whether surely no scoped value is bound and no structured scope is open} The JDK
  /// writes one of two things where nothing is bound: `Thread.class` before the first use, an empty
  /// snapshot ever after. Where a stack has ended it writes null, which leaves it open.
  ///
  /// @param thread the current thread
  static boolean areUnbound(Thread thread) {
    Object bindings = U.getReference(thread, THREAD_BINDINGS);
    return (bindings == Thread.class || (bindings != null && bindings == emptySnapshot(thread)))
        && U.getReference(thread, THREAD_SCOPES) == null;
  }

  /// Found out when first asked for, by binding something and looking at what is left. Not in a
  /// static initialiser, which must not meet the end of a stack.
  private static Object emptySnapshot(Thread thread) {
    Object known = emptySnapshot;
    if (known == null) {
      Object outer = U.getReference(thread, THREAD_BINDINGS);
      U.putReference(thread, THREAD_BINDINGS, Thread.class);
      try {
        ScopedValue.where(ScopedValue.newInstance(), true).run(() -> {});
        known = U.getReference(thread, THREAD_BINDINGS);
        emptySnapshot = known;
      } finally {
        U.putReference(thread, THREAD_BINDINGS, outer);
      }
    }
    return known;
  }

  /// Takes over what the thread's fields hold.
  void takeFrom(Thread thread) {
    takeBoundFrom(thread);
    takeLocalsFrom(thread);
  }

  private void takeBoundFrom(Thread thread) {
    bindings = U.getReference(thread, THREAD_BINDINGS);
    scopes = U.getReference(thread, THREAD_SCOPES);
  }

  /// The same for thread locals alone.
  void takeLocalsFrom(Thread thread) {
    if (!SHARED_LOCALS) {
      locals = U.getReference(thread, THREAD_LOCALS);
      inheritable = U.getReference(thread, THREAD_INHERITABLE);
    }
  }

  /// Takes over what is bound from the thread, and the thread locals from `aside`.
  void takeFrom(Thread thread, Belongings aside) {
    takeBoundFrom(thread);
    locals = aside.locals;
    inheritable = aside.inheritable;
  }

  /// Puts all of it into the thread's fields.
  void giveTo(Thread thread) {
    give(thread, THREAD_BINDINGS, bindings);
    give(thread, THREAD_SCOPES, scopes);
    giveLocalsTo(thread);
  }

  /// The same for thread locals alone.
  void giveLocalsTo(Thread thread) {
    if (!SHARED_LOCALS) {
      give(thread, THREAD_LOCALS, locals);
      give(thread, THREAD_INHERITABLE, inheritable);
    }
  }

  /// Makes the thread's fields hold nothing.
  static void clear(Thread thread) {
    give(thread, THREAD_BINDINGS, Thread.class);
    give(thread, THREAD_SCOPES, null);
    if (!SHARED_LOCALS) {
      give(thread, THREAD_LOCALS, null);
      give(thread, THREAD_INHERITABLE, null);
    }
  }

  /// A field is written only if it changes: a reference written into an old object costs a memory
  /// barrier with G1.
  private static void give(Thread thread, long field, @Nullable Object value) {
    if (U.getReference(thread, field) != value) {
      U.putReference(thread, field, value);
    }
  }

  /// Forgets everything.
  void drop() {
    bindings = null;
    scopes = null;
    locals = null;
    inheritable = null;
  }
}
