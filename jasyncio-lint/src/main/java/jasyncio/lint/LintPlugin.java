package jasyncio.lint;

import com.sun.source.util.JavacTask;
import com.sun.source.util.Plugin;

/// The check as a plugin of javac: `-Xplugin:jasyncio`, with this artifact on the processor path.
///
/// It warns; with `-Werror` that fails the build. See `docs/lint.md`.
public final class LintPlugin implements Plugin {
  /// For the service loader.
  public LintPlugin() {}

  @Override
  public String getName() {
    return "jasyncio";
  }

  @Override
  public void init(JavacTask task, String... arguments) {
    task.addTaskListener(new DroppedCoroutines(task));
  }
}
