package jasyncio.tools.build;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// A Maven repository in a folder, with all published modules: for projects outside this tree.
public final class Repository {
  private static final Pattern MODULE =
      Pattern.compile("<artifactId>(jasyncio-[^<]+)</artifactId>");

  private Repository() {}

  /// Builds it if the sources have changed since.
  ///
  /// @param root the folder of the sources
  /// @param work the one for all that is made
  /// @return its folder
  /// @throws IOException if it cannot be built; the message says why
  public static Path provide(Path root, Path work) throws IOException {
    Progress progress = new Progress(System.err, false);
    Workshop workshop = new Workshop(root, work, "");
    try (BuildLock _ = BuildLock.acquire(workshop.file("build.lock"), progress)) {
      return provide(workshop, progress);
    } catch (BuildException e) {
      throw new IOException(e.getMessage(), e);
    } catch (InterruptedException e) {
      throw new IOException("the build was interrupted", e);
    }
  }

  private static Path provide(Workshop workshop, Progress progress)
      throws IOException, InterruptedException, BuildException {
    Path folder = workshop.file("repository");
    Path from = workshop.file("repository.sources");
    List<String> published = published(workshop.root());
    List<String> names =
        published.stream().map(each -> each.substring("jasyncio-".length())).toList();
    String sources = Sources.digest(workshop.root(), names);
    if (Files.isDirectory(folder) && Files.exists(from) && Files.readString(from).equals(sources)) {
      return folder;
    }
    progress.say("building a Maven repository of the library in " + folder + " ...");
    Path draft = workshop.file("repository.new");
    Library.delete(draft);
    new Maven(workshop, progress).run(goals(published, draft));
    Library.delete(folder);
    Files.move(draft, folder);
    Files.writeString(from, sources);
    return folder;
  }

  /// The lifecycle of Maven installs before it deploys; that is left out, since the user's own
  /// repository is not ours to change. The folder goes as it is: Maven decodes blanks in a URL, but
  /// makes other characters of anything beyond ASCII.
  static List<String> goals(List<String> published, Path folder) {
    return List.of(
        "-P",
        "release",
        "-Dmaven.javadoc.skip=true",
        "-Dmaven.install.skip=true",
        "-pl",
        "jasyncio-bom," + String.join(",", published),
        "-am",
        "-DaltDeploymentRepository=jasyncio::file://" + folder,
        "deploy");
  }

  /// What the BOM names; a test holds it to what is published.
  private static List<String> published(Path root) throws IOException {
    String bom = Files.readString(root.resolve("jasyncio-bom/pom.xml"));
    return MODULE
        .matcher(bom.substring(bom.indexOf("<dependencyManagement>")))
        .results()
        .map((MatchResult each) -> each.group(1))
        .toList();
  }
}
