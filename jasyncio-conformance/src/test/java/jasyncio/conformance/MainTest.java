package jasyncio.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
  private static final String SCENARIO =
      """
      {"name":"two","coros":{"main":[{"op":"sleep","ms":3},{"op":"log","v":"hi"}]}}\
      """;
  private static final String TRACE =
      """
      [[0,1,"main","begin","main"],[3,3,"main","sleep",3,null],[3,3,"main","log","hi"],\
      [3,3,"main","end","main",null],[3,4,"-","main","result",null],\
      [3,0,"-","final","main","result",null]]\
      """;
  private static final String GOOD = vector(TRACE);
  private static final String BAD = vector(TRACE.replace("\"log\",\"hi\"", "\"log\",\"ho\""));

  @TempDir Path folder;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private static String vector(String trace) {
    return "{\"name\":\"two\",\"scenario\":" + SCENARIO + ",\"trace\":" + trace + "}";
  }

  private int run(String... arguments) {
    return Main.run(List.of(arguments), new PrintStream(out), new PrintStream(err));
  }

  private String file(String name, String content) throws IOException {
    return Files.writeString(folder.resolve(name), content).toString();
  }

  @Test
  void equalTracesPass() throws IOException {
    assertThat(run(file("a.jsonl", GOOD + "\n\n" + GOOD + "\n"), file("b.json", "[" + GOOD + "]")))
        .isZero();
    assertThat(out.toString()).isEqualTo("3 passed, 0 failed\n");
  }

  @Test
  void compressedFilesAreRead() throws IOException {
    Path file = folder.resolve("a.jsonl.gz");
    try (OutputStream gz = new GZIPOutputStream(Files.newOutputStream(file))) {
      gz.write(GOOD.getBytes(StandardCharsets.UTF_8));
    }
    assertThat(run(file.toString())).isZero();
    assertThat(out.toString()).isEqualTo("1 passed, 0 failed\n");
  }

  @Test
  void mismatchIsShownSideBySideWithTheFirstDifferenceMarked() throws IOException {
    assertThat(run(file("a.jsonl", BAD + "\n" + GOOD))).isEqualTo(1);
    assertThat(out.toString().lines())
        .anyMatch(line -> line.startsWith("## two: first difference at event 2"))
        .anyMatch(line ->
            line.startsWith("=> ")
                && line.contains("\"ho\"")
                && line.contains("| [3,3,\"main\",\"log\",\"hi\"]"))
        .endsWith("1 passed, 1 failed");
  }

  @Test
  void recordingThatStopsEarlyIsComparedAsFarAsItGoes() throws IOException {
    String cut = TRACE.substring(0, TRACE.indexOf(",[3,4,")) + "]";
    assertThat(run(file("a.jsonl", vector(cut)))).isZero();
    assertThat(out.toString())
        .contains("the recording stops early")
        .endsWith("1 passed, 0 failed\n");
    assertThat(run(file("b.jsonl", vector(cut.replace("hi", "ho"))))).isEqualTo(1);
  }

  @Test
  void scenarioThatBreaksOffFailsAndTheOthersStillRun() throws IOException {
    String broken = GOOD.replace("\"coros\":{\"main\"", "\"coros\":{\"other\"");
    assertThat(run(file("a.jsonl", broken + "\n" + GOOD))).isEqualTo(1);
    assertThat(out.toString())
        .contains("## two: broke off with ", "no such coroutine: main")
        .endsWith("1 passed, 1 failed\n");
  }

  @Test
  void missingEventIsAMismatch() throws IOException {
    String shorter = vector(TRACE.substring(0, TRACE.lastIndexOf(",[")) + "]");
    assertThat(run(file("a.jsonl", shorter))).isEqualTo(1);
    assertThat(out.toString()).contains("=> (end)");
  }

  @Test
  void fifoTraceIsComparedWhereThereIsOne() throws IOException {
    String both = BAD.substring(0, BAD.length() - 1) + ",\"trace_fifo_ties\":" + TRACE + "}";
    assertThat(run(file("a.jsonl", both))).isZero();
  }

  @Test
  void traceOptionPrintsTheTrace() throws IOException {
    assertThat(run("--trace", file("a.json", SCENARIO))).isZero();
    assertThat(out.toString()).startsWith("## two\n[0,1,\"main\",\"begin\",\"main\"]\n");
  }

  @Test
  void whatCannotBeUsedIsSaidAndEndsWithTwo() throws IOException {
    assertThat(run()).isEqualTo(2);
    assertThat(run("--bogus")).isEqualTo(2);
    assertThat(run(folder.resolve("missing.jsonl").toString())).isEqualTo(2);
    assertThat(run(file("a.txt", GOOD))).isEqualTo(2);
    assertThat(run(file("b.json", "{\"name\": "))).isEqualTo(2);
    assertThat(run(file("c.json", "[1]"))).isEqualTo(2);
    assertThat(run(file("d.json", SCENARIO))).isEqualTo(2);
    assertThat(run(file("e.json", GOOD.replace("\"sleep\"", "\"slip\"")))).isNotZero();
    assertThat(err.toString())
        .contains("no FILE given", "no such option: --bogus", "no such file: ", "a.txt")
        .contains("b.json is not a vector file", "an object is expected, not 1")
        .contains("two has no trace to compare with");
    assertThat(out.toString()).doesNotContain(" 0 failed");
  }

  @Test
  void helpIsPrinted() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString()).startsWith("Usage: conformance ");
  }
}
