package jasyncio.net;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.gather;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.seconds;
import static jasyncio.Asyncio.sleep;
import static jasyncio.net.Subprocess.DEVNULL;
import static jasyncio.net.Subprocess.PIPE;
import static jasyncio.net.Subprocess.STDOUT;
import static jasyncio.net.Subprocess.appendTo;
import static jasyncio.net.Subprocess.createSubprocessExec;
import static jasyncio.net.Subprocess.createSubprocessShell;
import static jasyncio.net.Subprocess.file;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.CancelledError;
import jasyncio.Coroutine;
import jasyncio.Signal;
import jasyncio.Task;
import jasyncio.parity.Parity;
import java.io.FileNotFoundException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(NothingLeaks.class)
@Timeout(60)
@Parity("SPH-01")
class SubprocessTest {
  static final SubprocessOptions PIPED = SubprocessOptions.piped();

  /// A child that ignores no signal: it would inherit that from `nohup`, or a script's `&`.
  private static final List<String> BY_DEFAULT_IT_DIES =
      List.of("env", "--default-signal", "sh", "-c", "echo ready; exec sleep 60");

  private static String text(byte[] bytes) {
    return new String(Objects.requireNonNull(bytes), UTF_8);
  }

  private static Coroutine<String> outputOf(SubprocessOptions options, String... command) {
    return async(() -> {
      var process = await(createSubprocessExec(List.of(command), options.withStdout(PIPE)));
      return text(await(process.communicate()).stdout());
    });
  }

  private static int exitOf(String command) {
    return run(() -> await(await(createSubprocessShell(command)).waitExit()));
  }

  // ---- input and output ----

  @Test
  @Parity("SPH-02")
  void communicateFeedsReadsBothPipesAndWaits() {
    run(() -> {
      var process = await(createSubprocessShell("cat; echo no >&2; exit 3", PIPED));
      assertThat(process.returncode()).isNull();
      assertThat(process.pid()).isPositive();
      var output = await(process.communicate("some input".getBytes(UTF_8)));
      assertThat(text(output.stdout())).isEqualTo("some input");
      assertThat(text(output.stderr())).isEqualTo("no\n");
      assertThat(output).hasToString("<Output stdout=10 bytes stderr=3 bytes>");
      assertThat(process.returncode()).isEqualTo(3);
      assertThat(await(process.waitExit())).isEqualTo(3);
    });
  }

  @Test
  @Parity("SPH-02")
  void communicateWithoutInputClosesStdin() {
    run(() -> {
      var process = await(createSubprocessExec(List.of("cat"), PIPED));
      assertThat(await(process.communicate()).stdout()).isEmpty();
      assertThat(process.returncode()).isZero();
    });
  }

  @Test
  @Parity({"SPH-02", "SPH-05"})
  void whatIsNoPipeIsNull() {
    run(() -> {
      var process = await(createSubprocessExec("true"));
      assertThat(process.stdin()).isNull();
      assertThat(process.stdout()).isNull();
      assertThat(process.stderr()).isNull();
      var output = await(process.communicate());
      assertThat(output.stdout()).isNull();
      assertThat(output.stderr()).isNull();
      assertThat(output).hasToString("<Output stdout=no pipe stderr=no pipe>");
      assertThat(process.returncode()).isZero();
      assertThatThrownBy(() -> await(process.communicate(new byte[1])))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("stdin is no pipe");
    });
  }

  @Test
  @Parity("SPH-02")
  void aProcessThatDoesNotReadItsInputIsNoError() {
    run(() -> {
      var process = await(createSubprocessShell("exec <&-; echo done", PIPED));
      var output = await(process.communicate(new byte[3_000_000]));
      assertThat(text(output.stdout())).isEqualTo("done\n");
      assertThat(process.returncode()).isZero();
    });
  }

  @Test
  @Parity("SPH-02")
  void muchGoesThroughBothPipesAtOnce() {
    run(() -> {
      byte[] input = new byte[5_000_000];
      new Random(7).nextBytes(input);
      var process = await(createSubprocessShell("tee /dev/stderr", PIPED));
      var output = await(process.communicate(input));
      assertThat(output.stdout()).isEqualTo(input);
      assertThat(output.stderr()).isEqualTo(input);
    });
  }

  @Test
  @Parity("SPH-05")
  void aDialogueThroughTheStreams() {
    run(() -> {
      var process = await(createSubprocessExec(List.of("cat"), PIPED));
      for (int i = 0; i < 20; i++) {
        process.stdin().write("line " + i + "\n", UTF_8);
        await(process.stdin().drain());
        assertThat(await(process.stdout().readLine())).isEqualTo("line " + i);
      }
      process.stdin().close();
      await(process.stdin().waitClosed());
      assertThat(await(process.stdout().read())).isEmpty();
      assertThat(process.stdout().atEof()).isTrue();
      assertThat(await(process.waitExit())).isZero();
    });
  }

  @Test
  void aProgramThatOnlyWritesIsHeldUpUntilSomebodyReads() {
    run(() -> {
      var options = SubprocessOptions.defaults().withStdout(PIPE).withLimit(1000);
      var process = await(createSubprocessShell("head -c 3000000 /dev/zero; echo end", options));
      await(process.stdout().readExactly(1));
      long read = 1;
      for (int i = 0; i < 50; i++) {
        await(sleep(millis(0)));
      }
      assertThat(process.returncode()).isNull();
      assertThat(process.stdout().buffered()).isLessThan(300_000);
      byte[] piece;
      while ((piece = await(process.stdout().read(100_000))).length > 0) {
        read += piece.length;
      }
      assertThat(read).isEqualTo(3_000_004);
      assertThat(await(process.waitExit())).isZero();
    });
  }

  @Test
  void aWriterIsHeldUpUntilTheProcessReads() {
    run(() -> {
      var process = await(createSubprocessShell("read go; cat | wc -c", PIPED));
      process.stdin().write(new byte[500_000]);
      Task<?> draining = createTask(process.stdin().drain());
      for (int i = 0; i < 50; i++) {
        await(sleep(millis(0)));
      }
      assertThat(draining.done()).isFalse();
      process.stdin().write("\n", UTF_8);
      process.stdin().write(new byte[100]);
      await(draining);
      process.stdin().close();
      assertThat(text(await(process.stdout().read())).strip()).isEqualTo("100");
      await(process.waitExit());
    });
  }

  @Test
  void whatWasWrittenToAProcessThatHasGoneIsToldByDrain() {
    run(() -> {
      var process = await(createSubprocessShell("exit 0", PIPED));
      await(process.waitExit());
      while (!process.stdin().isClosing()) {
        await(sleep(millis(0)));
      }
      process.stdin().write(new byte[10]);
      assertThatThrownBy(
              () -> {
                while (true) {
                  await(process.stdin().drain(), ConnectionError.class);
                }
              })
          .isInstanceOf(ConnectionResetError.class);
      await(process.communicate());
    });
  }

  @Test
  void whatAGrandchildWritesAfterTheProcessIsNotLost() {
    run(() -> {
      var process =
          await(createSubprocessShell("sleep 0.2; (sleep 0.3; echo late) & echo early", PIPED));
      process.stdin().close();
      assertThat(await(process.waitExit())).isZero();
      assertThat(text(await(process.stdout().read()))).isEqualTo("early\nlate\n");
    });
  }

  // ---- redirections, environment, folder ----

  @Test
  @Parity("SPH-06")
  void errorsCanGoWhereTheOutputGoes() {
    run(() -> {
      var options = SubprocessOptions.defaults().withStdout(PIPE).withStderr(STDOUT);
      var process = await(createSubprocessShell("echo one; echo two >&2; echo three", options));
      assertThat(process.stderr()).isNull();
      assertThat(text(await(process.communicate()).stdout())).isEqualTo("one\ntwo\nthree\n");
    });
  }

  @Test
  @Parity("SPH-06")
  void nothingIsReadAndNobodySeesTheOutput() {
    run(() -> {
      var options = SubprocessOptions.defaults().withStdin(DEVNULL).withStderr(DEVNULL);
      assertThat(await(outputOf(options, "sh", "-c", "cat; echo hidden >&2; echo shown")))
          .isEqualTo("shown\n");
    });
  }

  @Test
  @Parity("SPH-06")
  void filesCanBeStandardStreams(@TempDir Path folder) {
    run(() -> {
      Path in = Files.writeString(folder.resolve("in"), "from a file\n");
      Path out = Files.writeString(folder.resolve("out"), "old, and longer than the new\n");
      var options = SubprocessOptions.defaults().withStdin(file(in)).withStdout(file(out));
      await(await(createSubprocessExec(List.of("cat"), options)).waitExit());
      assertThat(out).hasContent("from a file\n");
      await(
          await(createSubprocessExec(List.of("cat"), options.withStdout(appendTo(out))))
              .waitExit());
      assertThat(out).hasContent("from a file\nfrom a file\n");
    });
  }

  @Test
  void whatMakesNoSenseAsAStreamIsRefused() {
    var options = SubprocessOptions.defaults();
    assertThatThrownBy(() -> options.withStdin(STDOUT))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> options.withStdin(appendTo(Path.of("x"))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> options.withStdout(STDOUT))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("STDOUT can only be used for stderr");
    assertThatThrownBy(() -> options.withLimit(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void environmentAndFolderAreThoseThatWereAskedFor(@TempDir Path folder) {
    run(() -> {
      var options =
          SubprocessOptions.defaults()
              .withDirectory(folder)
              .withEnvironment(Map.of("GREETING", "hello", "PATH", System.getenv("PATH")));
      assertThat(await(outputOf(options, "sh", "-c", "echo $GREETING $HOME; pwd -P")))
          .isEqualTo("hello\n" + folder.toRealPath() + "\n");
      assertThat(await(outputOf(SubprocessOptions.defaults(), "sh", "-c", "echo $HOME")).strip())
          .isEqualTo(System.getenv("HOME"));
    });
  }

  @Test
  void aLineLongerThanTheLimitIsRefused() {
    run(() -> {
      var options = SubprocessOptions.defaults().withStdout(PIPE).withLimit(10);
      var process = await(createSubprocessShell("echo 12345678901234567890", options));
      assertThatThrownBy(() -> await(process.stdout().readLineBytes()))
          .isInstanceOf(IllegalArgumentException.class);
      await(process.communicate());
    });
  }

  // ---- what goes wrong ----

  @Test
  void aMissingProgramIsNamed() {
    assertThatThrownBy(() -> run(() -> await(createSubprocessExec("no-such-program", "x"))))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessage("[Errno 2] No such file or directory: 'no-such-program'");
  }

  @Test
  void aMissingFolderIsNamed() {
    var options = SubprocessOptions.defaults().withDirectory(Path.of("/no/such/folder"));
    assertThatThrownBy(() -> run(() -> await(createSubprocessExec(List.of("true"), options))))
        .isInstanceOf(FileNotFoundException.class)
        .hasMessage("[Errno 2] No such file or directory: '/no/such/folder'");
  }

  @Test
  void aFileThatIsNoProgramIsNamed(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "no program");
    assertThatThrownBy(() -> run(() -> await(createSubprocessExec(file.toString()))))
        .isInstanceOf(AccessDeniedException.class)
        .hasMessageContaining("[Errno 13] Permission denied")
        .hasMessageContaining(file.toString());
  }

  @Test
  void hostileArgumentsAreArguments() {
    run(() -> {
      String[] hostile = {"printf", "<%s>", "", "a b", "$(date)", "'", "\"", "\n", "ä€", "-n", "*"};
      assertThat(await(outputOf(SubprocessOptions.defaults(), hostile)))
          .isEqualTo("<><a b><$(date)><'><\"><\n><ä€><-n><*>");
    });
  }

  @Test
  void whatNoSystemTakesIsRefusedAtOnce() {
    assertThatThrownBy(() -> run(() -> await(createSubprocessExec("true", "a\0b"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("embedded null byte");
    assertThatThrownBy(
            () -> run(() -> await(createSubprocessExec(List.of(), SubprocessOptions.defaults()))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() ->
            run(() ->
                await(
                    createSubprocessExec(
                        List.of("true"),
                        SubprocessOptions.defaults().withEnvironment(Map.of("A=B", "c"))))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("A=B");
  }

  // ---- the end of a process ----

  @ParameterizedTest
  @CsvSource({"0", "1", "127", "128", "193", "255"})
  @Parity("SPH-03")
  void theExitStatusIsTheReturncode(int status) {
    assertThat(exitOf("exit " + status)).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({"SIGTERM", "SIGKILL", "SIGHUP", "SIGINT", "SIGUSR1", "SIGABRT"})
  @Parity({"SPH-04", "SPH-05"})
  void aSignalThatKillsIsANegativeReturncode(Signal signal) {
    run(() -> {
      var process = await(createSubprocessExec(BY_DEFAULT_IT_DIES, PIPED));
      assertThat(await(process.stdout().readLine())).isEqualTo("ready");
      process.sendSignal(signal);
      assertThat(await(process.waitExit())).isEqualTo(-signal.number());
      await(process.communicate());
    });
  }

  @Test
  @Parity("SPH-04")
  void terminateAndKillEndAProcess() {
    run(() -> {
      var stubborn =
          await(createSubprocessShell("trap 'echo no' TERM; echo ready; cat; cat", PIPED));
      assertThat(await(stubborn.stdout().readLine())).isEqualTo("ready");
      stubborn.terminate();
      stubborn.kill();
      assertThat(await(stubborn.waitExit())).isEqualTo(-Signal.SIGKILL.number());
      await(stubborn.communicate());
      var polite = await(createSubprocessExec("sleep", "60"));
      polite.terminate();
      assertThat(await(polite.waitExit())).isEqualTo(-Signal.SIGTERM.number());
    });
  }

  @Test
  @Parity("SPH-04")
  void outputOfATerminatedProcessIsStillRead() {
    run(() -> {
      var process =
          await(
              createSubprocessShell(
                  "trap 'echo last words; exit 5' TERM; echo ready; while :; do sleep 0.01; done",
                  PIPED));
      assertThat(await(process.stdout().readLine())).isEqualTo("ready");
      process.terminate();
      var output = await(process.communicate());
      assertThat(text(output.stdout())).isEqualTo("last words\n");
      assertThat(process.returncode()).isEqualTo(5);
    });
  }

  @Test
  @Parity("SPH-04")
  void aProcessThatHasEndedTakesNoSignals() {
    run(() -> {
      var process = await(createSubprocessExec("true"));
      await(process.waitExit());
      for (Signal signal : List.of(Signal.SIGTERM, Signal.SIGKILL, Signal.SIGUSR1)) {
        assertThatThrownBy(() -> process.sendSignal(signal))
            .isInstanceOf(ProcessLookupError.class)
            .hasMessageContaining("has ended already, with return code 0");
      }
    });
  }

  @Test
  @Parity("SPH-03")
  void anyNumberOfTasksWait() {
    run(() -> {
      var process = await(createSubprocessShell("read x; exit 9", PIPED));
      List<Coroutine<Integer>> waiting = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        waiting.add(process.waitExit());
      }
      var all = gather(waiting);
      Task<Integer> impatient = createTask(process.waitExit());
      await(sleep(millis(0)));
      impatient.cancel();
      process.stdin().close();
      assertThat(await(all)).containsExactly(9, 9, 9, 9, 9);
      assertThat(impatient.cancelled()).isTrue();
      await(process.communicate());
    });
  }

  @Test
  @Parity("SPH-03")
  void waitEndsWithTheProcessEvenIfAGrandchildKeepsItsPipes() {
    run(() -> {
      var process =
          await(
              createSubprocessShell(
                  "sleep 60 & echo $!; sleep 0.2; exit 4", PIPED.withStdin(DEVNULL)));
      assertThat(await(process.waitExit())).isEqualTo(4);
      String grandchild = await(process.stdout().readLine());
      assertThat(process.stdout().atEof()).isFalse();
      ProcessHandle.of(Long.parseLong(grandchild)).orElseThrow().destroy();
      await(process.communicate());
    });
  }

  // ---- cancellation ----

  @Test
  @Parity("SPH-02")
  void aCancelledCommunicateLosesNoOutputAndKillsNothing() {
    run(() -> {
      var process =
          await(
              createSubprocessShell("echo first; echo second >&2; exec >&-; exec sleep 60", PIPED));
      Task<Subprocess.Output> cancelled = createTask(process.communicate());
      while (!process.stdout().atEof() || process.stderr().buffered() > 0) {
        await(sleep(millis(1))); // the one is read to its end then, the other is not
      }
      cancelled.cancel();
      assertThatThrownBy(() -> await(cancelled)).isInstanceOf(CancelledError.class);
      assertThat(process.returncode()).isNull();
      process.kill();
      var output = await(process.communicate());
      assertThat(text(output.stdout())).isEqualTo("first\n");
      assertThat(text(output.stderr())).isEqualTo("second\n");
    });
  }

  @Test
  void aProcessCanBeCancelledInAnyTurnOfItsStart() {
    for (int turns = 0; turns < 12; turns++) {
      int cancelAfter = turns;
      run(() -> {
        Task<Subprocess> starting = createTask(createSubprocessExec(List.of("cat"), PIPED));
        for (int i = 0; i < cancelAfter; i++) {
          await(sleep(millis(i % 2)));
        }
        starting.cancel();
        try {
          var process = await(starting);
          process.kill();
          await(process.communicate());
        } catch (CancelledError e) {
          // the process is killed, as soon as it is there
        }
      });
    }
    assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive).toList())
        .allSatisfy(child -> assertThat(child.onExit().join()).isNotNull());
  }

  @Test
  void aLoopThatIsClosedKillsItsProcessesAndSaysSo() {
    long pid =
        run(() -> {
          var process = await(createSubprocessExec(List.of("sleep", "60"), PIPED));
          return process.pid();
        });
    ProcessHandle.of(pid).ifPresent(left -> left.onExit().join());
    assertThat(NothingLeaks.expectComplaints("has been killed"))
        .singleElement()
        .asString()
        .contains("pid=" + pid);
  }

  @Test
  void manyProcessesRunAtOnce() {
    run(() -> {
      List<Coroutine<String>> all = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        all.add(outputOf(PIPED, "echo", "number " + i));
      }
      List<String> outputs = await(gather(all));
      for (int i = 0; i < 40; i++) {
        assertThat(outputs.get(i)).isEqualTo("number " + i + "\n");
      }
      assertThat(getRunningLoop().allTasks()).hasSize(1);
      await(sleep(seconds(0)));
    });
  }
}
