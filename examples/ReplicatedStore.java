import static jasyncio.Asyncio.*;
import static jasyncio.net.Net.*;

import jasyncio.*;
import jasyncio.net.*;
import jasyncio.net.testing.*;
import jasyncio.sync.Queue;
import jasyncio.testing.*;
import java.nio.charset.StandardCharsets;
import java.util.*;
import java.util.regex.*;

/// A key-value store on three machines that goes on while one of them is away, and its test on a
/// simulated network.
///
/// Each value has a version. A client asks all replicas and goes on when two of the three have
/// answered: so any two requests have a replica in common, and who reads after a write has ended
/// sees it. One thing is missing: a read that meets a write which is under way may see the new
/// value, and the next read the old one again. The test finds that, with `mended` it is gone.
///
///     ./jasyncio run examples/ReplicatedStore.java [SCHEDULES]
static final int PORT = 7000;

record Entry(long version, String value) {
  static final Entry NONE = new Entry(0, "");

  static Entry parse(String text) {
    String[] words = text.split(" ", 2);
    return new Entry(Long.parseLong(words[0]), words[1]);
  }

  Entry newer(Entry other) {
    return other.version > version ? other : this;
  }

  @Override
  public String toString() {
    return version + " " + value;
  }
}

// ---- a replica ----

/// What one machine keeps. What it has said yes to is on its disk, and there after a crash.
static class Replica {
  private final SimulatedDisk disk;
  private final Map<String, Entry> entries = new HashMap<>();

  Replica(SimulatedDisk disk) {
    this.disk = disk;
    byte[] log = disk.read("log");
    if (log != null) {
      // a line that was cut off by a crash was not said yes to
      String text = new String(log, StandardCharsets.UTF_8);
      text.substring(0, text.lastIndexOf('\n') + 1).lines().forEach(this::apply);
    }
  }

  private void apply(String line) {
    String[] words = line.split(" ", 2);
    entries.merge(words[0], Entry.parse(words[1]), Entry::newer);
  }

  /// One request a connection: `get KEY` or `put KEY VERSION VALUE`.
  void answer(StreamReader reader, StreamWriter writer) {
    try (writer) {
      String request = await(reader.readLine(), ConnectionError.class);
      if (request == null) {
        return;
      }
      String[] words = request.split(" ", 2);
      if (words[0].equals("put")) {
        disk.append("log", (words[1] + "\n").getBytes(StandardCharsets.UTF_8));
        disk.flush("log");
        apply(words[1]);
        writer.write("0 stored\n");
      } else {
        writer.write(entries.getOrDefault(words[1], Entry.NONE) + "\n");
      }
      await(writer.drain(), ConnectionError.class);
    } catch (ConnectionError e) {
      // the client has enough answers
    }
  }

  static Server start(SimulatedHost host) {
    return await(
        host.createTask(() -> {
          Replica replica = new Replica(host.disk());
          return await(startServer(replica::answer, null, PORT));
        }));
  }
}

// ---- a client ----

static class Client {
  private final List<String> replicas;
  private final boolean mended;

  Client(List<String> replicas, boolean mended) {
    this.replicas = replicas;
    this.mended = mended;
  }

  /// Sends a request to all replicas.
  ///
  /// @return the newest of the first answers, as soon as they come from more than half
  private Entry askMost(String request) {
    Queue<Entry> answers = new Queue<>();
    List<Task<?>> asking = new ArrayList<>();
    for (String replica : replicas) {
      asking.add(createTask(() -> await(answers.put(ask(replica, request)))));
    }
    try {
      Entry newest = Entry.NONE;
      for (int i = 0; i <= replicas.size() / 2; i++) {
        newest = newest.newer(await(answers.get()));
      }
      return newest;
    } finally {
      asking.forEach(Task::cancel);
    }
  }

  /// Asks until there is an answer.
  private Entry ask(String replica, String request) {
    while (true) {
      try (Streams streams = await(openConnection(replica, PORT), ConnectionError.class)) {
        streams.writer().write(request + "\n");
        String answer = await(streams.reader().readLine());
        if (answer != null) {
          return Entry.parse(answer);
        }
      } catch (ConnectionError e) {
        // it is away
      }
      await(sleep(millis(100)));
    }
  }

  void put(String key, String value) {
    Entry newest = askMost("get " + key);
    askMost("put " + key + " " + new Entry(newest.version() + 1, value));
  }

  String get(String key) {
    Entry newest = askMost("get " + key);
    if (mended) {
      askMost("put " + key + " " + newest); // who reads it again finds it with most
    }
    return newest.value();
  }
}

// ---- the test ----

/// One client writes while another one reads twice. One replica may lose its power meanwhile.
void readsNeverGoBack(boolean mended) {
  SimulatedNetwork network = SimulatedNetwork.create();
  List<String> names = List.of("ada", "bob", "cyd");
  Map<String, Server> servers = new TreeMap<>();
  SimulatedHost writer = network.host("writer");
  SimulatedHost reader = network.host("reader");
  for (String name : names) {
    SimulatedHost replica = network.host(name);
    network.link(writer, replica).setLatency(millis(1), millis(40));
    network.link(reader, replica).setLatency(millis(1), millis(10));
    servers.put(name, Replica.start(replica));
  }
  Client writes = new Client(names, mended);
  Client reads = new Client(names, mended);
  await(writer.createTask(() -> writes.put("city", "old")));

  Task<?> writing = writer.createTask(() -> writes.put("city", "new"));
  Task<?> reading =
      reader.createTask(() -> {
        await(sleep(millis(20)));
        String first = reads.get("city");
        String second = reads.get("city");
        if (first.equals("new") && second.equals("old")) {
          throw new IllegalStateException("read the new value, and then the old one again");
        }
      });
  if (Explore.choice("power fails", 4) == 3) {
    SimulatedHost cyd = network.host("cyd");
    await(sleep(millis(25)));
    cyd.crash();
    await(sleep(millis(200)));
    cyd.restart();
    servers.put("cyd", Replica.start(cyd));
  }
  await(writing);
  await(reading);
  if (!await(reader.createTask(() -> reads.get("city"))).equals("new")) {
    throw new IllegalStateException("what was written is lost");
  }
  servers.values().forEach(Server::close);
  await(sleep(seconds(1))); // what is on its way arrives, and connections end
}

void main(String[] args) {
  int schedules = args.length == 0 ? 300 : Integer.parseInt(args[0]);
  Explorer wrong = Explorer.of("store", () -> readsNeverGoBack(false)).withSchedules(schedules);
  try {
    wrong.run();
  } catch (AssertionError e) {
    IO.println("found: " + e.getCause().getMessage());
    String report = e.getMessage();
    Matcher found = Pattern.compile("the (\\d+)\\w+ of \\d+ that were tried").matcher(report);
    Matcher replay = Pattern.compile("explorer.replay\\(\"(.*?)\"\\)").matcher(report);
    if (found.find() && replay.find()) {
      IO.println("under schedule " + found.group(1) + " of " + schedules);
      replay(wrong, replay.group(1));
    }
  }
  int passed = Explorer.of("store", () -> readsNeverGoBack(true)).withSchedules(schedules).run();
  IO.println("mended: passes under " + passed + " schedules");
}

void replay(Explorer explorer, String schedule) {
  try {
    explorer.replay(schedule);
  } catch (AssertionError e) {
    IO.println("replayed: " + e.getCause().getMessage());
  }
}
