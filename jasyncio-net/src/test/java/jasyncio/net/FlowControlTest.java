package jasyncio.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FlowControlTest {
  private final List<String> told = new ArrayList<>();
  private final FlowControl flow =
      new FlowControl(
          new FlowControl.Owner() {
            @Override
            public void pauseWriting() {
              told.add("pause");
            }

            @Override
            public void resumeDue() {
              told.add("due");
            }
          });

  private void add(long bytes) {
    flow.add(bytes);
    flow.pauseIfHigh();
  }

  @Test
  void itPausesAboveTheHighMarkAndResumesAtTheLowOne() {
    flow.setLimits(10L, 4L);
    add(10);
    assertThat(told).isEmpty();
    add(1);
    add(1);
    assertThat(told).containsExactly("pause");
    assertThat(flow.isPaused()).isTrue();
    flow.written(7);
    assertThat(told).containsExactly("pause");
    flow.written(1);
    assertThat(told).containsExactly("pause", "due");
    assertThat(flow.isPaused()).isFalse();
    assertThat(flow.takeResume()).isTrue();
    assertThat(flow.takeResume()).isFalse();
  }

  @Test
  void aProtocolThatHasNotBeenToldOfTheEndOfAPauseIsNotToldOfANewOne() {
    flow.setLimits(10L, 4L);
    add(11);
    flow.written(11);
    add(11);
    assertThat(told).containsExactly("pause", "due");
    assertThat(flow.takeResume()).as("it is paused again").isFalse();
    flow.written(11);
    assertThat(told).containsExactly("pause", "due", "due");
    assertThat(flow.takeResume()).isTrue();
  }

  @Test
  void whatIsDroppedResumesNobody() {
    flow.setLimits(10L, 4L);
    add(11);
    flow.dropped(11);
    assertThat(flow.pending()).isZero();
    assertThat(told).containsExactly("pause");
    assertThat(flow.takeResume()).isFalse();
  }
}
