package jasyncio.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// Style, where a machine can check it. Each finding is one line with the place and the remedy.
class TidyTest {
  private static final Pattern EXPORT = Pattern.compile("exports\\s+([\\w.]+)\\s*;");

  @Test
  void linesFitIntoAHundredColumns() {
    assertNoFindings(Project.sources(), SourceRules::longLines);
  }

  @Test
  void methodsFitOnAScreen() {
    assertNoFindings(Syntax.of(Project.sources()), SourceRules::longMethods);
  }

  @Test
  void filesHoldOneIdea() {
    assertNoFindings(Project.sources(), SourceRules::longFile);
  }

  @Test
  void typesAndVisibleMembersSayWhatTheyAre() {
    assertNoFindings(Syntax.of(Project.publishedSources()), SourceRules::missingComments);
  }

  @Test
  void noSourceUsesWhatTheStyleBans() {
    Set<SourceFile> published = new HashSet<>(Project.publishedSources());
    assertNoFindings(
        Project.sources(), source -> SourceRules.bannedWords(source, published.contains(source)));
  }

  @Test
  void packagesKnowOnlyTheLayersBelow() {
    assertNoFindings(Project.publishedClasses(), ClassRules::layers);
  }

  @Test
  void leavesOfTheCoreKnowOnlyEachOther() {
    assertNoFindings(Project.publishedClasses(), ClassRules::leaves);
    assertThat(Project.publishedClasses().stream().filter(ClassRules::isLeaf))
        .hasSize(ClassRules.countLeaves());
  }

  @Test
  void onlyTheEngineTouchesJdkInternals() {
    assertNoFindings(Project.publishedClasses(), ClassRules::jdkInternals);
  }

  @Test
  void onlyTheTrapsSuspend() {
    assertNoFindings(Project.publishedClasses(), ClassRules::suspensions);
  }

  @Test
  void nettyStaysInItsPackages() {
    assertNoFindings(Project.publishedClasses(), ClassRules::nettyUsers);
  }

  @Test
  void nettyStaysOutOfExportedSignatures() {
    Set<String> exported = exportedPackages();
    assertThat(exported).contains("jasyncio");
    assertNoFindings(Project.publishedClasses(), type -> ClassRules.visibleNetty(type, exported));
  }

  /// The jars of Error Prone share packages, so a module cannot read them.
  private static final Set<String> WITHOUT_DESCRIPTOR = Set.of("jasyncio-errorprone");

  @Test
  void everyPublishedModuleHasTestsAndADescriptor() {
    assertNoFindings(
        Project.publishedModules(),
        module -> {
          String name = module.getFileName().toString();
          if (!Files.isDirectory(module.resolve("src/test/java"))) {
            return List.of(name + ": has no tests");
          }
          if (!WITHOUT_DESCRIPTOR.contains(name)
              && !Files.exists(module.resolve("src/main/java/module-info.java"))) {
            return List.of(name + ": has no module-info.java");
          }
          return List.of();
        });
  }

  /// Packages that everybody may use: exported without a "to".
  private static Set<String> exportedPackages() {
    Set<String> exported = new HashSet<>();
    for (Path module : Project.publishedModules()) {
      if (WITHOUT_DESCRIPTOR.contains(module.getFileName().toString())) {
        continue;
      }
      try {
        Matcher matcher =
            EXPORT.matcher(Files.readString(module.resolve("src/main/java/module-info.java")));
        while (matcher.find()) {
          exported.add(matcher.group(1));
        }
      } catch (IOException e) {
        throw new AssertionError(module + " has no readable module-info.java", e);
      }
    }
    return exported;
  }

  private static <T> void assertNoFindings(List<T> subjects, Function<T, List<String>> rule) {
    assertThat(subjects).isNotEmpty();
    List<String> findings =
        subjects.stream().flatMap(subject -> rule.apply(subject).stream()).distinct().toList();
    if (!findings.isEmpty()) {
      throw new AssertionError(findings.size() + " findings:\n" + String.join("\n", findings));
    }
  }
}
