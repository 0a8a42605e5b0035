package jasyncio.bench;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.run;
import static jasyncio.Asyncio.toThread;
import static jasyncio.net.Net.createServer;
import static jasyncio.net.Net.startServer;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import jasyncio.http.client.ClientSession;
import jasyncio.http.server.AppRunner;
import jasyncio.http.server.Application;
import jasyncio.http.server.Response;
import jasyncio.http.server.TcpSite;
import jasyncio.net.Protocol;
import jasyncio.net.Server;
import jasyncio.net.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/// What a request may allocate, in bytes, on the thread of the loop: as much as it does today.
/// Whoever makes one cheaper lowers the bound.
///
/// The other end is a thread with a blocking socket and one request under way. Without C2, as the
/// profile guard runs it, each run gives the same figures, so that one object more is noticed
/// (tried with one of 16 bytes in `await`, in `write`, in a response and in `get`): C2 keeps some
/// objects off the heap, and which ones differs from run to run. The least of some passes counts,
/// since buffers and classes are made during the first.
@Tag("benchmark")
@Tag("continuation-engine")
@Execution(ExecutionMode.SAME_THREAD)
class NetworkGuardTest {
  private static final String HOST = "127.0.0.1";
  private static final int REQUESTS = 2_000;
  private static final int PASSES = 10;
  private static final int BUFFER = 16 * 1024;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final String LINE = "x".repeat(64);
  private static final String GET = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
  private static final String PAGE =
      "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 1024\r\n\r\n"
          + "x".repeat(1024);

  /// Told of each request, on the thread of the loop; knows what each took.
  private static final class Meter {
    private int requests;
    private long before;
    private long least = Long.MAX_VALUE;

    void count() {
      if (requests++ % REQUESTS == 0) {
        long now = THREADS.getThreadAllocatedBytes(Thread.currentThread().threadId());
        if (before > 0) {
          least = Math.min(least, (now - before) / REQUESTS);
        }
        before = now;
      }
    }
  }

  @Test
  void echoWithStreams() {
    Meter meter = new Meter();
    run(() -> {
      try (Server server =
          await(
              startServer(
                  (reader, writer) -> {
                    try (writer) {
                      while (true) {
                        byte[] data = await(reader.read(BUFFER), IOException.class);
                        if (data.length == 0) {
                          return;
                        }
                        meter.count();
                        writer.write(data);
                        await(writer.drain());
                      }
                    }
                  },
                  HOST,
                  0))) {
        await(toThread(() -> ask(server.port(), LINE, LINE)));
      }
    });
    assertAllocates(488, meter);
  }

  @Test
  void echoWithProtocols() {
    Meter meter = new Meter();
    run(() -> {
      try (Server server = await(createServer(() -> new Echo(meter), HOST, 0))) {
        await(toThread(() -> ask(server.port(), LINE, LINE)));
      }
    });
    assertAllocates(336, meter);
  }

  @Test
  void httpServer() {
    Meter meter = new Meter();
    Application application = new Application();
    application.addGet(
        "/",
        _ -> {
          meter.count();
          return Response.text("Hello, World!");
        });
    run(() -> {
      try (AppRunner runner = new AppRunner(application)) {
        await(runner.setup());
        TcpSite site = new TcpSite(runner, HOST, 0);
        await(site.start());
        await(toThread(() -> ask(site.port(), GET, "Hello, World!")));
      }
    });
    assertAllocates(976, meter);
  }

  @Test
  void httpClient() throws IOException {
    Meter meter = new Meter();
    try (ServerSocket pages = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
      Thread.ofPlatform().daemon().start(() -> servePages(pages));
      String url = "http://" + HOST + ":" + pages.getLocalPort() + "/page";
      run(() -> {
        try (ClientSession session = new ClientSession()) {
          for (int i = 0; i <= PASSES * REQUESTS; i++) {
            meter.count();
            try (var response = await(session.get(url))) {
              if (await(response.read()).length != 1024) {
                throw new IllegalStateException("not the page");
              }
            }
          }
        }
      });
    }
    assertAllocates(4_848, meter);
  }

  private static final class Echo implements Protocol {
    private final Meter meter;
    private @Nullable Transport transport;

    Echo(Meter meter) {
      this.meter = meter;
    }

    @Override
    public void connectionMade(Transport transport) {
      this.transport = transport;
    }

    @Override
    public void dataReceived(ByteBuffer data) {
      meter.count();
      if (transport != null) {
        transport.write(data);
      }
    }
  }

  /// Sends the request again and again, each time when the answer, which ends in `end`, is there.
  private static void ask(int port, String request, String end) throws IOException {
    byte[] question = request.getBytes(StandardCharsets.US_ASCII);
    byte[] buffer = new byte[BUFFER];
    try (Socket socket = new Socket(HOST, port)) {
      socket.setTcpNoDelay(true);
      InputStream in = socket.getInputStream();
      OutputStream out = socket.getOutputStream();
      for (int i = 0; i <= PASSES * REQUESTS; i++) {
        out.write(question);
        readUntil(end, in, buffer);
      }
    }
  }

  private static void servePages(ServerSocket server) {
    byte[] page = PAGE.getBytes(StandardCharsets.US_ASCII);
    byte[] buffer = new byte[BUFFER];
    try (Socket socket = server.accept()) {
      socket.setTcpNoDelay(true);
      InputStream in = socket.getInputStream();
      OutputStream out = socket.getOutputStream();
      while (readUntil("\r\n\r\n", in, buffer)) {
        out.write(page);
      }
    } catch (IOException e) {
      // the client went away: the test says what is wrong
    }
  }

  /// Returns false at the end of the input, if nothing came before it.
  private static boolean readUntil(String end, InputStream in, byte[] buffer) throws IOException {
    int length = 0;
    while (!new String(buffer, 0, length, StandardCharsets.US_ASCII).endsWith(end)) {
      int count = in.read(buffer, length, buffer.length - length);
      if (count < 0) {
        if (length == 0) {
          return false;
        }
        throw new IOException("the input ended after " + length + " bytes of an answer");
      }
      length += count;
    }
    return true;
  }

  private static void assertAllocates(long bound, Meter meter) {
    assertThat(meter.least).as("bytes for one request").isLessThanOrEqualTo(bound);
  }
}
