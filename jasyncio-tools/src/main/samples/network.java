// Run once by the launcher: programs with a network start with what this one has loaded.

import static jasyncio.Asyncio.*;
import static jasyncio.net.Net.*;
import static java.nio.charset.StandardCharsets.UTF_8;

import jasyncio.*;
import jasyncio.http.client.*;
import jasyncio.http.server.*;
import jasyncio.net.*;

void streams() {
  ClientHandler upper =
      (reader, writer) -> {
        byte[] line = await(reader.readLine());
        writer.write(new String(line, UTF_8).toUpperCase().getBytes(UTF_8));
        await(writer.drain());
        writer.close();
        await(writer.waitClosed());
      };
  try (Server server = await(startServer(upper, "127.0.0.1", 0))) {
    var connection = await(openConnection("127.0.0.1", server.port()));
    connection.writer().write("hello\n".getBytes(UTF_8));
    IO.print(new String(await(connection.reader().readLine()), UTF_8));
    connection.writer().close();
    await(connection.writer().waitClosed());
  }
}

Coroutine<String> fetch(ClientSession session, String url) {
  return async(() -> {
    try (var response = await(session.get(url))) {
      return response.status() + " " + await(response.text());
    }
  });
}

void http() {
  var app = new Application();
  app.addGet("/", request -> Response.text("hello"));
  app.addGet("/{name}", request -> Response.text("hello " + request.matchInfo("name")));
  try (var runner = new AppRunner(app)) {
    await(runner.setup());
    var site = new TcpSite(runner, "127.0.0.1", 0);
    await(site.start());
    try (var session = new ClientSession()) {
      IO.println(await(timeout(seconds(5), () -> await(fetch(session, site.name() + "/")))));
      var a = fetch(session, site.name() + "/a");
      var b = fetch(session, site.name() + "/b");
      for (var each : await(gather(a, b))) {
        IO.println(each);
      }
    }
    await(runner.cleanup());
  }
}

void main() {
  run(() -> {
    streams();
    http();
  });
}
