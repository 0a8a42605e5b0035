package jasyncio.bench;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.net.Net.createServer;
import static jasyncio.net.Net.startServer;

import jasyncio.Coroutine;
import jasyncio.http.server.AppRunner;
import jasyncio.http.server.Application;
import jasyncio.http.server.Response;
import jasyncio.http.server.TcpSite;
import jasyncio.net.Protocol;
import jasyncio.net.Server;
import jasyncio.net.ServerOptions;
import jasyncio.net.StreamReader;
import jasyncio.net.StreamWriter;
import jasyncio.net.Tls;
import jasyncio.net.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The servers that are measured from outside: each prints `READY` and serves until it is killed.
///
/// A peer whose name ends in `-proto` echoes with a [Protocol], any other with streams.
final class Servers {
  private static final String HOST = "127.0.0.1";
  private static final int BACKLOG = 4096;
  private static final int BUFFER = 16 * 1024;

  private Servers() {}

  /// Serves one of `serve_echo`, `serve_tls`, `serve_http`.
  ///
  /// @param folder of cert.pem and key.pem, for `serve_tls`
  /// @return false if there is no server of that name; else only when the process ends
  static boolean serve(String kind, String peer, int port, @Nullable Path folder) {
    switch (kind) {
      case "serve_echo" -> jasyncio.Asyncio.run(echo(peer, port, null));
      case "serve_tls" -> {
        if (folder == null) {
          throw new IllegalArgumentException("serve_tls needs the folder of cert.pem and key.pem");
        }
        Tls tls = Tls.server(folder.resolve("cert.pem"), folder.resolve("key.pem"));
        jasyncio.Asyncio.run(echo(peer, port, tls));
      }
      case "serve_http" -> jasyncio.Asyncio.run(site(port));
      default -> {
        return false;
      }
    }
    return true;
  }

  private static Coroutine<@Nullable Void> echo(String peer, int port, @Nullable Tls tls) {
    ServerOptions options = ServerOptions.defaults().withBacklog(BACKLOG).withTls(tls);
    return async(() -> {
      try (Server server =
          await(
              peer.endsWith("-proto")
                  ? createServer(Echo::new, HOST, port, options)
                  : startServer(Servers::echo, HOST, port, options))) {
        System.out.println("READY");
        await(server.serveForever());
      }
    });
  }

  private static void echo(StreamReader reader, StreamWriter writer) throws Throwable {
    try (writer) {
      while (true) {
        byte[] data = await(reader.read(BUFFER), IOException.class);
        if (data.length == 0) {
          return;
        }
        writer.write(data);
        await(writer.drain());
      }
    } catch (IOException e) {
      // the client went away
    }
  }

  private static final class Echo implements Protocol {
    private @Nullable Transport transport;

    @Override
    public void connectionMade(Transport transport) {
      this.transport = transport;
    }

    @Override
    public void dataReceived(ByteBuffer data) {
      if (transport != null) {
        transport.write(data);
      }
    }
  }

  private static Coroutine<@Nullable Void> site(int port) {
    Application application = new Application();
    application.addGet("/", _ -> Response.text("Hello, World!"));
    application.addGet(
        "/json",
        _ -> Response.text("{\"message\":\"Hello, World!\"}").withContentType("application/json"));
    return async(() -> {
      try (AppRunner runner = new AppRunner(application)) {
        await(runner.setup());
        await(new TcpSite(runner, HOST, port).start());
        System.out.println("READY");
        await(getRunningLoop().createFuture());
      }
    });
  }
}
