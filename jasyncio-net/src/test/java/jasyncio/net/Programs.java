package jasyncio.net;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.sleep;
import static jasyncio.Asyncio.toThread;
import static jasyncio.net.Net.openConnection;
import static jasyncio.net.Net.startServer;

import java.util.List;

/// What the child JVMs of [WithoutNetworkTest] run.
final class Programs {
  private Programs() {}

  static final class NoNetwork {
    private NoNetwork() {}

    public static void main(String[] args) {
      run(() -> {
        var task =
            createTask(() -> {
              await(sleep(millis(1)));
              return await(toThread(() -> "ran"));
            });
        System.out.println("the program " + await(task));
      });
    }
  }

  static final class Network {
    private Network() {}

    public static void main(String[] args) {
      run(() -> {
        try (var server = await(startServer((_, writer) -> writer.close(), "localhost", 0));
            var streams = await(openConnection("localhost", server.port()))) {
          await(streams.reader().read());
        }
      });
      List<String> left =
          Thread.getAllStackTraces().keySet().stream()
              .filter(thread -> !thread.isDaemon() || thread.getName().contains("etty"))
              .map(Thread::getName)
              .filter(name -> !name.equals("main") && !name.equals("DestroyJavaVM"))
              .toList();
      System.out.println("threads left: " + left);
    }
  }
}
