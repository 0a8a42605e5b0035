package jasyncio.engine;

import static jasyncio.engine.Internals.CHUNK_BOTTOM;
import static jasyncio.engine.Internals.CHUNK_PARENT;
import static jasyncio.engine.Internals.CHUNK_SP;
import static jasyncio.engine.Internals.TAIL;
import static jasyncio.engine.Internals.U;

import jdk.internal.vm.Continuation;
import jdk.internal.vm.ContinuationScope;

/// Knows whether the stack of a suspended continuation fits on the thread's again.
///
/// The JVM crashes where it does not (in `fill_in_stack_trace`, JDK 25.0.3; plain virtual threads
/// too): it looks for the end of the stack when it brings frames back, as when a method is entered,
/// but asks for more room than they took when they left, and the error that says so is thrown from
/// half a stack. So who suspended close to the stack's end, or is resumed by somebody who stands
/// deeper than before, must not be resumed.
final class StackRoom {
  private static final ContinuationScope SCOPE = new ContinuationScope("jasyncio-room");

  /// The JVM looks for room from one page on. In words of 8 bytes, less what it adds.
  private static final int UNCHECKED = 400;

  /// For what the loop's frames below it may have grown by meanwhile.
  private static final int SLACK = 192;

  /// So few that twice as many come back without that the JVM looks for room.
  private static final int SAMPLE_FRAMES = 8;

  private StackRoom() {}

  /// Whether the JVM does not look for room when it resumes a continuation.
  ///
  /// @param chunk its `tail`
  static boolean isSmall(Object chunk) {
    return frozenWords(chunk) <= UNCHECKED && U.getReference(chunk, CHUNK_PARENT) == null;
  }

  /// The words that must fit to resume a continuation; 0 if so few that the JVM does not look.
  ///
  /// @param tail its `tail`
  static int needed(Object tail) {
    int most = 0;
    for (Object chunk = tail; chunk != null; chunk = U.getReference(chunk, CHUNK_PARENT)) {
      most = Math.max(most, frozenWords(chunk)); // one is brought back at a time
    }
    return most <= UNCHECKED ? 0 : most + SLACK;
  }

  private static int frozenWords(Object chunk) {
    return U.getInt(chunk, CHUNK_BOTTOM) - U.getInt(chunk, CHUNK_SP);
  }

  /// The same where the resumer may stand at another depth than the one before: the JVM asks for a
  /// word more for each interpreted frame, and such a frame has eight at least. (They cannot leave
  /// the stack where there is not far more room than that.)
  static int neededElsewhere(int needed) {
    return needed + needed / 8;
  }

  /// @throws StackOverflowError if the stack that needs so many words cannot be brought back here
  static void makeSureOf(int words) {
    if (!fits(words)) {
      throw new StackOverflowError(
          "suspended so near to the end of the stack that the JVM could not resume it without a"
              + " crash; its finally blocks did not run. Use less recursion, or run the loop on a"
              + " thread with a larger stack (-Xss)");
    }
  }

  /// Whether so many words fit between the caller and the end of the stack, found out by going
  /// there.
  static boolean fits(int words) {
    while (true) {
      int sample = sampleWords();
      boolean reached = reaches((int) ((long) words * SAMPLE_FRAMES / sample) + SAMPLE_FRAMES);
      if (sampleWords() == sample) {
        return reached;
      } // else it has been compiled meanwhile, and its frames are smaller than before
    }
  }

  private static boolean reaches(int frames) {
    try {
      return descend(frames, false) == frames;
    } catch (StackOverflowError e) {
      return false;
    }
  }

  private static int descend(int frames, boolean suspend) {
    if (frames == 0) {
      if (suspend) {
        Continuation.yield(SCOPE);
      }
      return 0;
    }
    return descend(frames - 1, suspend) + 1;
  }

  /// The words that some frames of [#descend] take, as it is compiled now.
  private static int sampleWords() {
    return Math.max(1, suspendedAt(2 * SAMPLE_FRAMES) - suspendedAt(SAMPLE_FRAMES));
  }

  private static int suspendedAt(int frames) {
    Continuation descent = new Continuation(SCOPE, () -> tryToDescend(frames));
    descent.run();
    if (descent.isDone()) {
      throw new StackOverflowError(); // not even so many
    }
    int words = frozenWords(U.getReference(descent, TAIL));
    descent.run(); // brings back the monitors that it has taken along
    return words;
  }

  private static void tryToDescend(int frames) {
    try {
      descend(frames, true);
    } catch (StackOverflowError e) {
      // ends without having suspended
    }
  }
}
