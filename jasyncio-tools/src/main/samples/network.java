// Run once by the launcher: programs with a network start with what this one has loaded.

import static jasyncio.Asyncio.*;
import static jasyncio.net.Net.*;

import jasyncio.*;
import jasyncio.http.client.*;
import jasyncio.http.server.*;
import jasyncio.net.*;

void streams() {
  ClientHandler upper =
      (reader, writer) -> {
        writer.write(await(reader.readLine()).toUpperCase() + "\n");
        await(writer.drain());
        writer.close();
        await(writer.waitClosed());
      };
  try (Server server = await(startServer(upper, "127.0.0.1", 0))) {
    var connection = await(openConnection("127.0.0.1", server.port()));
    connection.writer().write("hello\n");
    IO.println(await(connection.reader().readLine()));
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
