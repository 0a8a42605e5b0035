package jasyncio.tidy;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The format of the sources. A test, and no plugin of Maven: so it runs on the JDK that compiles,
/// also where Maven itself runs on an older one, which cannot run the formatter.
class FormatTest {
  private static final boolean APPLY = Boolean.getBoolean("format.apply");

  @Test
  void sourcesAreAsTheFormatterWritesThem() throws IOException {
    Formatter formatter = new Formatter();
    List<String> findings = new ArrayList<>();
    for (SourceFile source : Project.sources()) {
      try {
        String formatted = formatter.formatSourceAndFixImports(source.text());
        if (!formatted.equals(source.text()) && !APPLY) {
          findings.add(source.name() + ": is not formatted");
        } else if (!formatted.equals(source.text())) {
          Files.writeString(Project.ROOT.resolve(source.name()), formatted);
        }
      } catch (FormatterException e) {
        findings.add(source.name() + ": cannot be formatted: " + e.getMessage());
      }
    }
    if (!findings.isEmpty()) {
      throw new AssertionError(
          findings.size()
              + " findings; format with: mvn -q -pl jasyncio-tidy -am test -Dtest=FormatTest"
              + " -Dformat.apply=true\n"
              + String.join("\n", findings));
    }
  }
}
