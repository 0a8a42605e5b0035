package jasyncio.tools.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class RepositoryTest {
  private final List<String> goals = Repository.goals(List.of("jasyncio-core"), Path.of("/a b/ü"));

  @Test
  void theUsersOwnRepositoryIsNotWrittenTo() {
    assertThat(goals).contains("-Dmaven.install.skip=true");
  }

  @Test
  void theFolderIsNamedAsItIs() {
    assertThat(goals).contains("-DaltDeploymentRepository=jasyncio::file:///a b/ü");
  }
}
