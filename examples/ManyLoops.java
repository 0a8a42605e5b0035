import static jasyncio.Asyncio.*;
import static jasyncio.net.Net.*;

import jasyncio.*;
import jasyncio.net.*;

/// Four loops on four threads serve one port: the system deals the connections out.
Coroutine<Server> serve(int number, int port) {
  ClientHandler handler =
      (reader, writer) -> {
        try (writer) {
          String name = await(reader.readLine());
          writer.write("hello " + name + " from loop " + number + "\n");
        }
      };
  return startServer(handler, "127.0.0.1", port, ServerOptions.defaults().withReusePort(true));
}

Coroutine<String> ask(int port, int client) {
  return async(() -> {
    try (Streams streams = await(openConnection("127.0.0.1", port))) {
      streams.writer().write("client " + client + "\n");
      return await(streams.reader().readLine());
    }
  });
}

void main() {
  try (LoopGroup group = LoopGroup.start(4)) {
    BackgroundLoop loop = group.loops().getFirst();
    Server first = loop.submit(serve(0, 0)).join(); // takes a free port
    int port = loop.submit(() -> first.port()).join();
    List<Server> servers =
        group.<Server>onEach(i -> i == 0 ? async(() -> first) : serve(i, port)).join();

    var clients = IntStream.range(0, 100).mapToObj(i -> ask(port, i)).toList();
    List<String> answers = run(() -> await(gather(clients)));
    long loops = answers.stream().map(answer -> answer.replaceAll(".* ", "")).distinct().count();
    IO.println(answers.size() + " answers, from more than one loop: " + (loops > 1 ? "yes" : "no"));

    group.onEach(i -> async(() -> servers.get(i).close())).join();
  }
  IO.println("all loops have stopped");
}
