package jasyncio.net;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.sleep;
import static jasyncio.Asyncio.toThread;
import static jasyncio.net.Net.openConnection;
import static jasyncio.net.Net.startServer;

import jasyncio.EventLoop;
import jasyncio.Future;
import java.io.IOException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

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

  /// Uses up all descriptors, and serves on when there are some again.
  static final class TooManyConnections {
    private TooManyConnections() {}

    /// Loads our classes: later there may be no descriptor to read them with.
    private static void loadClasses() throws IOException {
      for (String entry : System.getProperty("java.class.path").split(":")) {
        Path folder = Path.of(entry);
        if (!Files.isDirectory(folder)) {
          continue;
        }
        try (Stream<Path> files = Files.walk(folder)) {
          for (Path file : files.filter(one -> one.toString().endsWith(".class")).toList()) {
            String name = folder.relativize(file).toString().replace('/', '.');
            try {
              Class.forName(name.substring(0, name.length() - ".class".length()));
            } catch (ReflectiveOperationException | LinkageError e) {
              // needs what is not there
            }
          }
        }
      }
    }

    public static void main(String[] args) throws IOException {
      loadClasses();
      run(() -> {
        EventLoop loop = getRunningLoop();
        Future<String> exhausted = loop.createFuture();
        int[] reports = new int[1];
        loop.setExceptionHandler((_, context) -> {
          reports[0]++;
          if (!exhausted.done()) {
            exhausted.setResult(context.message());
          }
        });
        ClientHandler echo =
            (reader, writer) -> {
              try (writer) {
                writer.write(await(reader.read(1)));
              }
            };
        List<SocketChannel> clients = new ArrayList<>();
        try (var server = await(startServer(echo, "127.0.0.1", 0))) {
          try (var streams = await(openConnection("127.0.0.1", server.port()))) {
            streams.writer().write(new byte[] {'x'});
            await(streams.reader().read());
          }
          DatagramChannel spare = DatagramChannel.open();
          while (!exhausted.done()) {
            try {
              SocketChannel one = SocketChannel.open();
              clients.add(one);
              one.connect(server.addresses().getFirst());
            } catch (IOException e) {
              spare.close(); // the last one is for a client: none is left for the server then
            }
            await(sleep(millis(0)));
          }
          spare.close();
          for (int i = 0; i < 3; i++) {
            clients.removeLast().close(); // room to tell
          }
          System.out.println("told: " + await(exhausted));
          for (SocketChannel one : clients) {
            one.close();
          }
          try (var streams = await(openConnection("127.0.0.1", server.port()))) {
            streams.writer().write(new byte[] {'x'});
            System.out.println("served again: " + await(streams.reader().read()).length);
          }
          System.out.println("few reports: " + (reports[0] < 10));
        }
      });
    }
  }
}
