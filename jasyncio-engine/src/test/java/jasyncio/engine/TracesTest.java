package jasyncio.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class TracesTest {
  private static StackTraceElement frame(String type, int line) {
    return new StackTraceElement(type, "run", type + ".java", line);
  }

  private static final List<StackTraceElement> FRAMES =
      List.of(
          frame("jasyncio.Traps", 1),
          frame("jasyncio.Asyncio", 2),
          frame("Save", 3),
          frame("jasyncio.Coroutine", 4),
          frame("Save", 5),
          frame("jasyncio.Task", 6),
          frame("jdk.internal.vm.Continuation", 7),
          frame("jasyncio.engine.ContinuationFiber", 8),
          frame("Main", 9));

  @Test
  void severalFramesOfTheLibraryBecomeOne() {
    assertThat(Traces.folded(FRAMES))
        .extracting(StackTraceElement::toString)
        .containsExactly(
            "jasyncio.…(2 frames; -Djasyncio.traces=full shows them)",
            "Save.run(Save.java:3)",
            "jasyncio.Coroutine.run(jasyncio.Coroutine.java:4)",
            "Save.run(Save.java:5)",
            "jasyncio.…(3 frames; -Djasyncio.traces=full shows them)",
            "Main.run(Main.java:9)");
  }

  @Test
  void causesAndWhatWasSuppressedAreFoldedToo() {
    Exception cause = withFrames(new IOException("disk"));
    Exception suppressed = withFrames(new IOException("close"));
    Exception thrown = withFrames(new IllegalStateException("save", cause));
    thrown.addSuppressed(suppressed);
    suppressed.addSuppressed(thrown); // a circle ends
    Traces.fold(thrown);
    assertThat(List.of(cause, suppressed, thrown))
        .allSatisfy(each -> assertThat(each.getStackTrace()).hasSize(6));
  }

  @Test
  void aTraceOfTheProgramAloneStaysAsItIs() {
    Exception thrown = new Exception();
    StackTraceElement[] frames = {frame("Save", 1), frame("Main", 2)};
    thrown.setStackTrace(frames);
    Traces.fold(thrown);
    assertThat(thrown.getStackTrace()).isEqualTo(frames);
  }

  private static Exception withFrames(Exception thrown) {
    thrown.setStackTrace(FRAMES.toArray(StackTraceElement[]::new));
    return thrown;
  }
}
