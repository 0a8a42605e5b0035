package jasyncio.lint;

import com.sun.source.util.JavacTask;
import com.sun.source.util.TaskEvent;
import com.sun.source.util.TaskListener;
import com.sun.source.util.TreePath;
import com.sun.source.util.Trees;
import javax.lang.model.element.TypeElement;
import javax.tools.Diagnostic;

/// Warns of coroutines that are dropped, such as that of `sleep(seconds(1));`: the most common
/// mistake of beginners, since such a line does nothing.
public final class DroppedCoroutines implements TaskListener {
  private final JavacTask task;
  private final Trees trees;

  /// A listener to be added to `task`.
  ///
  /// @param task the compilation
  public DroppedCoroutines(JavacTask task) {
    this.task = task;
    this.trees = Trees.instance(task);
  }

  @Override
  public void finished(TaskEvent event) {
    TypeElement type = event.getTypeElement();
    if (event.getKind() != TaskEvent.Kind.ANALYZE || type == null) {
      return;
    }
    TreePath path = trees.getPath(type);
    if (path != null) {
      DropScanner scanner =
          new DropScanner(
              trees,
              task.getElements(),
              task.getTypes(),
              (tree, message) ->
                  trees.printMessage(
                      Diagnostic.Kind.WARNING, message, tree, path.getCompilationUnit()));
      scanner.scanAll(path);
    }
  }
}
