package jasyncio.engine;

import jdk.internal.misc.Unsafe;
import jdk.internal.vm.Continuation;
import jdk.internal.vm.StackChunk;

/// Field offsets of JDK classes that the continuation engine reads or writes. Looked up by name, so
/// an unknown JDK fails here, inside [Engine]'s self-test, and not later.
final class Internals {
  static final Unsafe U = Unsafe.getUnsafe();

  /// `Thread.scopedValueBindings`: the bindings of the running code. Without a swap they leak
  /// between tasks.
  static final long THREAD_BINDINGS = U.objectFieldOffset(Thread.class, "scopedValueBindings");

  /// `Thread.headStackableScopes`: the open structured-concurrency scopes, checked against the
  /// bindings.
  static final long THREAD_SCOPES = U.objectFieldOffset(Thread.class, "headStackableScopes");

  /// `Thread.threadLocals` and its inheritable sister: null until the running code has set one.
  static final long THREAD_LOCALS = U.objectFieldOffset(Thread.class, "threadLocals");

  static final long THREAD_INHERITABLE =
      U.objectFieldOffset(Thread.class, "inheritableThreadLocals");

  /// `Continuation.tail`: the stack chunk that holds a suspended stack.
  static final long TAIL = U.objectFieldOffset(Continuation.class, "tail");

  /// `StackChunk.parent`, `.bottom` and `.sp`: the chunk below it, and from where to where, in
  /// words, its frames lie.
  static final long CHUNK_PARENT = U.objectFieldOffset(StackChunk.class, "parent");

  static final long CHUNK_BOTTOM = U.objectFieldOffset(StackChunk.class, "bottom");

  static final long CHUNK_SP = U.objectFieldOffset(StackChunk.class, "sp");

  /// `Continuation.mounted`: set by compare-and-set at the start of every run.
  static final long MOUNTED = U.objectFieldOffset(Continuation.class, "mounted");

  private Internals() {}
}
