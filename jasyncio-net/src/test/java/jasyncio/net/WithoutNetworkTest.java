package jasyncio.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Programs in JVMs of their own, started without any flags.
@Tag("child-jvm")
class WithoutNetworkTest {
  @Test
  void aProgramThatUsesNoNetworkLoadsNoClassOfNetty() throws Exception {
    ChildJvm.Outcome outcome = ChildJvm.run(Programs.NoNetwork.class, "-Xlog:class+load");
    assertThat(outcome.status()).isZero();
    assertThat(outcome.output()).contains("jasyncio.Asyncio ").contains("the program ran");
    assertThat(outcome.output()).doesNotContain("io.netty").doesNotContain("jasyncio.net.netty");
  }

  @Test
  void aProgramThatUsesTheNetworkEndsByItselfAndLeavesNoThread() throws Exception {
    ChildJvm.Outcome outcome = ChildJvm.run(Programs.Network.class, "-Djasyncio.engine=thread");
    assertThat(outcome.output()).contains("threads left: []");
    assertThat(outcome.status()).isZero();
    assertThat(outcome.output()).doesNotContain("WARNING");
  }
}
