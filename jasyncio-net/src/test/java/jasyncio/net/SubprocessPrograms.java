package jasyncio.net;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.gather;
import static jasyncio.Asyncio.run;
import static jasyncio.net.Subprocess.createSubprocessExec;
import static java.nio.charset.StandardCharsets.UTF_8;

import jasyncio.Coroutine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// What the child JVMs of [SubprocessProgramsTest] run.
final class SubprocessPrograms {
  private static final int MEGABYTE = 1024 * 1024;

  private SubprocessPrograms() {}

  static final class Echo {
    private Echo() {}

    public static void main(String[] args) {
      String said =
          run(() -> {
            var process = await(createSubprocessExec(List.of("cat"), SubprocessOptions.piped()));
            byte[] output = await(process.communicate("hello".getBytes(UTF_8))).stdout();
            return new String(output, UTF_8) + " " + process.returncode();
          });
      List<String> left =
          Thread.getAllStackTraces().keySet().stream()
              .map(Thread::getName)
              .filter(name -> name.startsWith("jasyncio-pipe"))
              .toList();
      System.out.println(said + ", threads left: " + left);
    }
  }

  /// Sends so many megabytes through `cat` and counts what comes back.
  static final class Cat {
    private Cat() {}

    public static void main(String[] args) {
      long total = Long.parseLong(args[0]) * MEGABYTE;
      long counted =
          run(() -> {
            var cat = await(createSubprocessExec(List.of("cat"), SubprocessOptions.piped()));
            var feeding =
                createTask(() -> {
                  byte[] block = new byte[MEGABYTE];
                  for (long sent = 0; sent < total; sent += block.length) {
                    cat.stdin().write(block);
                    await(cat.stdin().drain());
                  }
                  cat.stdin().close();
                });
            long count = 0;
            for (byte[] piece; (piece = await(cat.stdout().read(MEGABYTE))).length > 0; ) {
              count += piece.length;
            }
            await(feeding);
            await(cat.waitExit());
            return count;
          });
      System.out.println("bytes: " + counted);
    }
  }

  /// Reads from more silent processes than the JDK has carriers for virtual threads.
  static final class Silent {
    private Silent() {}

    public static void main(String[] args) throws InterruptedException {
      CountDownLatch ran = new CountDownLatch(1);
      run(() -> {
        List<Coroutine<Subprocess>> starts = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
          starts.add(createSubprocessExec(List.of("sleep", "600"), SubprocessOptions.piped()));
        }
        List<Subprocess> processes = await(gather(starts));
        Thread.ofVirtual().start(ran::countDown);
        ran.await(50, TimeUnit.SECONDS);
        processes.forEach(Subprocess::kill);
        List<Coroutine<?>> ends = new ArrayList<>();
        processes.forEach(process -> ends.add(async(() -> await(process.communicate()))));
        for (Coroutine<?> end : ends) {
          await(end);
        }
      });
      System.out.println("other virtual threads run: " + (ran.getCount() == 0));
    }
  }
}
