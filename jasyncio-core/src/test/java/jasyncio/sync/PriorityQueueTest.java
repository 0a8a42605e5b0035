package jasyncio.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.parity.Parity;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

@Parity("QUE-05")
class PriorityQueueTest {
  @Test
  void smallestFirst() {
    Random random = new Random(1);
    for (int size = 0; size < 200; size++) {
      PriorityQueue<Integer> queue = new PriorityQueue<>();
      List<Integer> sorted = new ArrayList<>();
      for (int i = 0; i < size; i++) {
        int item = random.nextInt(50);
        queue.putNowait(item);
        sorted.add(item);
      }
      sorted.sort(Comparator.naturalOrder());
      assertThat(QueueTest.drain(queue)).isEqualTo(sorted);
    }
  }

  /// Recorded with CPython: `heapq` of (n % 3, letter), compared by the number alone.
  @Test
  void equalItemsComeInTheOrderOfHeapq() {
    PriorityQueue<String> queue = new PriorityQueue<>(0, Comparator.comparing(s -> s.charAt(0)));
    for (int i = 0; i < 12; i++) {
      queue.putNowait(i % 3 + String.valueOf((char) ('a' + i)));
    }
    assertThat(String.join(" ", QueueTest.drain(queue))).isEqualTo(HEAPQ_ORDER);
  }

  private static final String HEAPQ_ORDER = "0a 0g 0d 0j 1e 1k 1b 1h 2c 2f 2i 2l";

  @Test
  void itemThatCannotBeComparedIsRefusedAndTheQueueStaysAsItWas() {
    PriorityQueue<Object> queue = new PriorityQueue<>();
    assertThatThrownBy(() -> queue.putNowait(new Object())).isInstanceOf(ClassCastException.class);
    queue.putNowait(2);
    queue.putNowait(1);
    assertThatThrownBy(() -> queue.putNowait("x")).isInstanceOf(ClassCastException.class);
    assertThat(queue.statistics()).isEqualTo(new Queue.Statistics(2, 0, 0, 0, 2, false));
    assertThat(QueueTest.drain(queue)).containsExactly(1, 2);
  }
}
