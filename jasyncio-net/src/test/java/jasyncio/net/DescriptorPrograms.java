package jasyncio.net;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.gather;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.sleep;
import static jasyncio.net.EchoTest.ECHO;
import static jasyncio.net.EchoTest.ascii;
import static jasyncio.net.Net.createDatagramEndpoint;
import static jasyncio.net.Net.openConnection;
import static jasyncio.net.Net.openUnixConnection;
import static jasyncio.net.Net.startServer;
import static jasyncio.net.Net.startUnixServer;

import com.sun.management.UnixOperatingSystemMXBean;
import jasyncio.AsyncAction;
import jasyncio.EventLoop;
import jasyncio.Future;
import jasyncio.Task;
import jasyncio.sync.Semaphore;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/// What the child JVMs of [DescriptorsTest] run.
final class DescriptorPrograms {
  private static final UnixOperatingSystemMXBean SYSTEM =
      (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private DescriptorPrograms() {}

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

  /// Waits until no more than `count` descriptors are open: channels are closed a moment later.
  private static void untilOpen(long count) {
    while (SYSTEM.getOpenFileDescriptorCount() > count) {
      await(sleep(millis(1)));
    }
  }

  /// Uses up all descriptors, and serves on when there are some again.
  static final class TooManyConnections {
    private TooManyConnections() {}

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

  /// Does everything that needs descriptors when there are none, and when there are a few. But for
  /// starting processes: JDK 25 closes descriptor 0, whosever it is, when it cannot make a pipe.
  static final class HardlyAny {
    private HardlyAny() {}

    private static Map<String, AsyncAction> actions(int port, Path folder) {
      Path socket = folder.resolve("socket");
      Map<String, AsyncAction> actions = new LinkedHashMap<>();
      actions.put("openConnection", () -> await(openConnection("127.0.0.1", port)).close());
      StreamOptions fromHere = StreamOptions.defaults().withLocalAddress("127.0.0.1", 0);
      actions.put(
          "openConnection from an address",
          () -> await(openConnection("127.0.0.1", port, fromHere)).close());
      StreamOptions race = StreamOptions.defaults().withHappyEyeballsDelay(millis(250));
      actions.put(
          "openConnection in a race", () -> await(openConnection("127.0.0.1", port, race)).close());
      actions.put("startServer", () -> await(startServer(ECHO, "127.0.0.1", 0)).close());
      actions.put(
          "startUnixServer",
          () -> {
            try (var server = await(startUnixServer(ECHO, socket));
                var streams = await(openUnixConnection(socket))) {
              streams.writer().write(ascii("x"));
            }
          });
      actions.put(
          "createDatagramEndpoint",
          () ->
              await(
                      createDatagramEndpoint(
                          () -> new DatagramProtocol() {}, DatagramOptions.local("127.0.0.1", 0)))
                  .transport()
                  .close());
      return actions;
    }

    public static void main(String[] args) throws IOException {
      loadClasses();
      Path folder = Files.createTempDirectory("descriptors");
      run(() -> {
        List<String> reports = new ArrayList<>();
        getRunningLoop().setExceptionHandler((_, context) -> reports.add(context.message()));
        try (var server = await(startServer(ECHO, "127.0.0.1", 0))) {
          Map<String, AsyncAction> actions = actions(server.port(), folder);
          for (AsyncAction action : actions.values()) {
            action.run(); // what is opened once for the process
          }
          DatagramChannel.open().close(); // and by the JDK, for closing others
          await(sleep(millis(10)));
          long open = SYSTEM.getOpenFileDescriptorCount();
          for (var action : actions.entrySet()) {
            sweep(action.getKey(), action.getValue(), open);
          }
        }
        System.out.println("reports: " + new TreeSet<>(reports));
      });
      Files.deleteIfExists(folder);
    }

    private static void sweep(String name, AsyncAction action, long open) throws Throwable {
      List<String> errors = new ArrayList<>();
      int free = 0;
      for (boolean works = false; !works; free++) {
        List<DatagramChannel> hogs = useUpAllBut(free);
        try {
          action.run();
          works = true;
        } catch (IOException e) {
          errors.add(e.getClass().getSimpleName() + " " + e.getMessage());
        } finally {
          for (DatagramChannel hog : hogs) {
            hog.close();
          }
        }
        untilOpen(open);
      }
      action.run();
      untilOpen(open);
      System.out.println(name + " fails: " + new TreeSet<>(errors));
      System.out.println(name + " works with a few: " + (free > 1 && free < 10));
    }

    private static List<DatagramChannel> useUpAllBut(int free) throws IOException {
      List<DatagramChannel> hogs = new ArrayList<>();
      while (true) {
        try {
          hogs.add(DatagramChannel.open());
        } catch (IOException e) {
          for (int i = 0; i < free; i++) {
            hogs.removeLast().close();
          }
          return hogs;
        }
      }
    }
  }

  /// As many connections at once as the system allows, up to 10,000; both ends are on one loop.
  static final class ManyConnections {
    private ManyConnections() {}

    public static void main(String[] args) {
      long allowed = SYSTEM.getMaxFileDescriptorCount();
      int count = (int) Math.min(10_000, (allowed - 500) / 2);
      System.out.println(count + " connections, as " + allowed + " descriptors are allowed");
      run(() -> {
        EventLoop loop = getRunningLoop();
        int[] served = new int[2];
        ClientHandler echo =
            (reader, writer) -> {
              served[1] = Math.max(served[1], ++served[0]);
              try (writer) {
                byte[] data;
                while ((data = await(reader.read(64))).length > 0) {
                  writer.write(data);
                  await(writer.drain());
                }
              } catch (Throwable t) {
                if (!(t instanceof ConnectionResetError)) {
                  throw t;
                }
              } finally {
                served[0]--;
              }
            };
        ServerOptions options = ServerOptions.defaults().withBacklog(1_000);
        Server server = await(startServer(echo, "127.0.0.1", 0, options));
        try (var streams = await(openConnection("127.0.0.1", server.port()))) {
          ask(streams, "the first");
        }
        long open = SYSTEM.getOpenFileDescriptorCount();
        int right = clients(loop, server.port(), count);
        System.out.println("answered: " + right + ", served at once: " + served[1]);
        server.close();
        await(server.waitClosed());
        untilOpen(open - 1);
        System.out.println("tasks left: " + (loop.allTasks().size() - 1));
      });
    }

    private static int clients(EventLoop loop, int port, int count) throws Throwable {
      Semaphore few = new Semaphore(500); // that connect at the same time
      Future<Boolean> all = loop.createFuture();
      int[] connected = new int[1];
      List<Task<Integer>> clients = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        int number = i;
        clients.add(
            createTask(() -> {
              await(few.acquire());
              Streams streams = await(openConnection("127.0.0.1", port));
              try (streams) {
                int right = ask(streams, "hello " + number);
                few.release();
                if (++connected[0] == count) {
                  all.setResult(true);
                }
                await(all);
                right += ask(streams, "again " + number);
                if (number % 10 > 0) {
                  streams.writer().abort(); // leaves no port waiting
                }
                return right;
              }
            }));
      }
      return await(gather(clients)).stream().mapToInt(right -> right).sum();
    }

    private static int ask(Streams streams, String text) {
      byte[] sent = ascii(text);
      streams.writer().write(sent);
      return new String(await(streams.reader().readExactly(sent.length))).equals(text) ? 1 : 0;
    }
  }
}
