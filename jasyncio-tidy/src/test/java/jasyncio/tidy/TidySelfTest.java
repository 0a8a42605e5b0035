package jasyncio.tidy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Shows that each rule finds what it is there for.
class TidySelfTest {
  private static final String MAIN = "jasyncio-core/src/main/java/jasyncio/Sample.java";
  private static final String TEST = "jasyncio-core/src/test/java/jasyncio/SampleTest.java";

  @Test
  void aLineOfAHundredColumnsFitsAndOneMoreDoesNot() {
    String fits = "// " + "x".repeat(97);
    assertThat(SourceRules.longLines(new SourceFile(MAIN, fits + "\n" + fits + "y\n")))
        .containsExactly(MAIN + ":2: 101 columns; wrap at 100, comments too");
    assertThat(SourceRules.longLines(new SourceFile(MAIN, "// " + "ß🙂".repeat(48)))).isEmpty();
    assertThat(SourceRules.longLines(new SourceFile(MAIN, "import " + "x".repeat(99)))).isEmpty();
  }

  @Test
  void aFileOfSixHundredLinesFitsAndOneMoreDoesNot() {
    assertThat(SourceRules.longFile(new SourceFile(MAIN, "\n".repeat(600)))).isEmpty();
    assertThat(SourceRules.longFile(new SourceFile(MAIN, "\n".repeat(601)))).hasSize(1);
  }

  @Test
  void aMethodOfSeventyLinesFitsAndOneMoreDoesNot() {
    assertThat(SourceRules.longMethods(methodOf(70))).isEmpty();
    assertThat(SourceRules.longMethods(methodOf(71)))
        .containsExactly(MAIN + ":2: run has 71 lines; split it, up to 70");
  }

  private static Syntax methodOf(int lines) {
    return syntax(
        MAIN, "class Sample {\n  void run() {\n" + "    go();\n".repeat(lines - 2) + "  }\n}\n");
  }

  private static Syntax syntax(String name, String code) {
    return Syntax.of(List.of(new SourceFile(name, code))).getFirst();
  }

  @Test
  void whatUsersSeeNeedsACommentAndPrivateMembersDoNot() {
    String code =
        """
        package jasyncio;

        public class Sample {
          public int field;

          protected void method() {}

          public static class Inner {}

          private class Hidden {
            public void free() {}
          }

          @Override
          public String toString() {
            return "inherits its comment";
          }
        }
        """;
    assertThat(SourceRules.missingComments(syntax(MAIN, code)))
        .containsExactly(
            MAIN + ":3: type Sample needs a /// comment",
            MAIN + ":4: field field needs a /// comment",
            MAIN + ":6: method method needs a /// comment",
            MAIN + ":8: type Inner needs a /// comment");
  }

  @Test
  void documentedCodeHasNoFindings() {
    String code =
        """
        /// A sample.
        public record Sample(int size) {
          /// Does it.
          ///
          /// @param n how often
          public void run(int n) {}
        }
        """;
    assertThat(SourceRules.missingComments(syntax(MAIN, code))).isEmpty();
  }

  @Test
  void bannedWordsAreFoundWhereTheyAreBanned() {
    String printing = "System" + ".out.println(1);";
    assertThat(SourceRules.bannedWords(new SourceFile(MAIN, printing), true)).hasSize(1);
    assertThat(SourceRules.bannedWords(new SourceFile(MAIN, printing), false)).isEmpty();
    assertThat(SourceRules.bannedWords(new SourceFile(TEST, printing), false)).isEmpty();
    assertThat(SourceRules.bannedWords(new SourceFile(MAIN, "/// " + printing), true)).isEmpty();
    for (String word :
        new String[] {
          "Thread" + ".sleep(1);",
          "@Dis" + "abled",
          "@En" + "abledOnOs(LINUX)",
          "assume" + "True(x)"
        }) {
      assertThat(SourceRules.bannedWords(new SourceFile(TEST, word), false)).as(word).hasSize(1);
    }
    assertThat(SourceRules.bannedWords(new SourceFile(MAIN, "// TO" + "DO"), true)).hasSize(1);
  }

  @Test
  void aClassThatKnowsNettyOrTheJdkInsideIsFound() throws IOException {
    ClassFile engineUser = own("jasyncio/engine/ContinuationFiber.class");
    assertThat(engineUser.namedClasses()).contains("jdk.internal.vm.Continuation");
    ClassFile nettyUser = own("jasyncio/net/netty/NettyTransport.class");
    assertThat(ClassRules.visibleNetty(nettyUser, Set.of("jasyncio.net.netty"))).isEmpty();
    ClassFile bridge = own("jasyncio/net/netty/NettyLoop.class");
    assertThat(bridge.namedClasses()).anyMatch(name -> name.startsWith("io.netty."));
  }

  @Test
  void aLeafThatKnowsMoreIsFound() {
    ClassFile leaf =
        ClassFile.of(
            java.lang.classfile.ClassFile.of()
                .build(
                    java.lang.constant.ClassDesc.of("jasyncio.ReadyQueue"),
                    type ->
                        type.withField(
                            "task", java.lang.constant.ClassDesc.of("jasyncio.Task"), 0)));
    assertThat(ClassRules.leaves(leaf))
        .containsExactly("jasyncio.ReadyQueue: must not know jasyncio.Task; it is a leaf");
  }

  @Test
  void aCallOfSuspendIsSeen() throws IOException {
    assertThat(own("jasyncio/Task.class").references())
        .contains(new ClassFile.Reference("jasyncio.engine.Fiber", "suspend"));
  }

  @Test
  void typesAreReadFromGenericSignatures() {
    assertThat(ClassFile.typesIn("(Ljava/util/List<Lio/netty/Channel;>;I)[Ljasyncio/Task<TT;>;"))
        .containsExactly("java.util.List", "io.netty.Channel", "jasyncio.Task");
  }

  private static ClassFile own(String resource) throws IOException {
    try (InputStream stream = ClassLoader.getSystemResourceAsStream(resource)) {
      assertThat(stream).as(resource).isNotNull();
      return ClassFile.of(stream.readAllBytes());
    }
  }
}
