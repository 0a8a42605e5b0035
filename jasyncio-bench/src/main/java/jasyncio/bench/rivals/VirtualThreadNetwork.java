package jasyncio.bench.rivals;

import jasyncio.bench.Measure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/// An echo server with blocking sockets, and the JDK's HTTP client, on virtual threads.
final class VirtualThreadNetwork {
  private static final int BACKLOG = 4096;
  private static final int BUFFER = 16 * 1024;
  private static final int CONCURRENCY = 100;
  private static final int REQUESTS = 20_000;
  private static final int WARM_REQUESTS = 100_000;

  private VirtualThreadNetwork() {}

  /// Runs `serve_echo` on the port, or `w13_client` or `w13_warm` with the URL, that `target`
  /// names.
  ///
  /// @return false if there is none of that name
  static boolean run(Measure measure, String name, String target) throws Exception {
    switch (name) {
      case "serve_echo" -> serveEcho(Integer.parseInt(target));
      case "w13_client" -> fetch(measure, name, REQUESTS, URI.create(target));
      case "w13_warm" -> fetch(measure, name, WARM_REQUESTS, URI.create(target));
      default -> {
        return false;
      }
    }
    return true;
  }

  private static void serveEcho(int port) throws IOException {
    try (var server = new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress())) {
      System.out.println("READY");
      while (true) {
        Socket client = server.accept();
        Thread.ofVirtual().start(() -> echo(client));
      }
    }
  }

  private static void echo(Socket client) {
    try (client) {
      client.setTcpNoDelay(true);
      InputStream in = client.getInputStream();
      OutputStream out = client.getOutputStream();
      byte[] buffer = new byte[BUFFER];
      for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
        out.write(buffer, 0, count);
      }
    } catch (IOException e) {
      // the client went away
    }
  }

  private static void fetch(Measure measure, String name, int warmUps, URI url) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        HttpClient client =
            HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .executor(threads)
                .build()) {
      fetchAll(client, threads, url, warmUps);
      long wall = System.nanoTime();
      long cpu = Measure.cpuNanos();
      fetchAll(client, threads, url, REQUESTS);
      measure.print(name, REQUESTS * 1e9 / (System.nanoTime() - wall), "req/s");
      measure.print(name + ".cpu", (Measure.cpuNanos() - cpu) / 1e3 / REQUESTS, "us");
    }
  }

  private static void fetchAll(HttpClient client, ExecutorService threads, URI url, int count)
      throws Exception {
    AtomicInteger begun = new AtomicInteger();
    HttpRequest request = HttpRequest.newBuilder(url).build();
    List<Future<?>> workers = new ArrayList<>();
    for (int i = 0; i < CONCURRENCY; i++) {
      workers.add(
          threads.submit(() -> {
            while (begun.incrementAndGet() <= count) {
              var response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
              if (response.statusCode() != 200 || response.body().length < 100) {
                throw new IllegalStateException("status " + response.statusCode());
              }
            }
            return "done";
          }));
    }
    for (Future<?> worker : workers) {
      worker.get();
    }
  }
}
