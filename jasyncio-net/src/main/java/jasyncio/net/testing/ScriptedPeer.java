package jasyncio.net.testing;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.shield;
import static jasyncio.Asyncio.sleep;
import static java.nio.charset.StandardCharsets.UTF_8;

import jasyncio.AsyncAction;
import jasyncio.CancelledError;
import jasyncio.CheckReturnValue;
import jasyncio.Coroutine;
import jasyncio.Future;
import jasyncio.net.ClientHandler;
import jasyncio.net.IncompleteReadError;
import jasyncio.net.StreamReader;
import jasyncio.net.StreamWriter;
import jasyncio.net.Streams;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The other end of a connection, which does what a test says: for the tests of a client.
///
/// ```java
/// ScriptedPeer peer = ScriptedPeer.create().expect("PING\r\n").send("PONG\r\n").close();
/// Streams streams = await(peer.connect());
/// ... // the client under test
/// await(peer.done());
/// ```
///
/// It is a [ClientHandler] too: `startServer(peer, "localhost", 7)` has it answer at a port, on a
/// simulated network or a real one. One connection, one run of the script. Made and used on one
/// loop.
public final class ScriptedPeer implements ClientHandler {
  @FunctionalInterface
  private interface Step {
    void run(StreamReader reader, StreamWriter writer) throws Throwable;
  }

  private final List<Step> steps = new ArrayList<>();
  private final Future<@Nullable Void> done = getRunningLoop().createFuture();
  private boolean begun;

  private ScriptedPeer() {}

  /// {@return a peer without a script: it closes the connection at once}
  public static ScriptedPeer create() {
    return new ScriptedPeer();
  }

  private ScriptedPeer add(Step step) {
    steps.add(step);
    return this;
  }

  // ---- the script ----

  /// Reads as many bytes as these, which they must be.
  ///
  /// @param data what the program is to send next
  /// @return this peer
  public ScriptedPeer expect(byte[] data) {
    int number = steps.size() + 1;
    return add((reader, _) -> {
      byte[] got;
      String behind = "";
      try {
        got = await(reader.readExactly(data.length));
      } catch (IncompleteReadError e) {
        got = e.partial();
        behind = ", and then the end";
      }
      if (!Arrays.equals(got, data)) {
        throw new AssertionError(
            "step "
                + number
                + " of the script expects "
                + shown(data)
                + ", got "
                + shown(got)
                + behind);
      }
    });
  }

  /// The same for a text in UTF-8.
  ///
  /// @param text what the program is to send next
  /// @return this peer
  public ScriptedPeer expect(String text) {
    return expect(text.getBytes(UTF_8));
  }

  /// Expects the program to end its side.
  ///
  /// @return this peer
  public ScriptedPeer expectEnd() {
    int number = steps.size() + 1;
    return add((reader, _) -> {
      byte[] got = await(reader.read(1024));
      if (got.length > 0) {
        throw new AssertionError(
            "step " + number + " of the script expects the end, got " + shown(got));
      }
    });
  }

  /// Sends data.
  ///
  /// @param data what to send
  /// @return this peer
  public ScriptedPeer send(byte[] data) {
    return add((_, writer) -> {
      writer.write(data);
      await(writer.drain());
    });
  }

  /// Sends a text in UTF-8.
  ///
  /// @param text what to send
  /// @return this peer
  public ScriptedPeer send(String text) {
    return send(text.getBytes(UTF_8));
  }

  /// Does nothing for a while: it does not read either.
  ///
  /// @param time how long
  /// @return this peer
  public ScriptedPeer pause(Duration time) {
    return add((_, _) -> await(sleep(time)));
  }

  /// Waits for something of the test's.
  ///
  /// @param body what to run, and to wait for
  /// @return this peer
  public ScriptedPeer run(AsyncAction body) {
    return add((_, _) -> body.run());
  }

  /// Ends its side; the program can still send.
  ///
  /// @return this peer
  public ScriptedPeer end() {
    return add((_, writer) -> writer.writeEof());
  }

  /// Closes the connection. So does the end of the script.
  ///
  /// @return this peer
  public ScriptedPeer close() {
    return add((_, writer) -> writer.close());
  }

  /// Resets the connection; over a real one it is aborted.
  ///
  /// @return this peer
  public ScriptedPeer reset() {
    return add((_, writer) -> {
      if (writer.getExtraInfo("simulated") instanceof SimulatedConnection connection) {
        connection.reset();
      } else {
        writer.transport().abort();
      }
    });
  }

  private static String shown(byte[] data) {
    return "\""
        + new String(data, UTF_8)
            .replace("\\", "\\\\")
            .replace("\r", "\\r")
            .replace("\n", "\\n")
            .replace("\"", "\\\"")
        + "\"";
  }

  // ---- its run ----

  /// Connects the program to the peer, in memory.
  ///
  /// Suspends.
  ///
  /// @return a coroutine that gives the program's end
  @CheckReturnValue
  public Coroutine<Streams> connect() {
    return async(() -> {
      MemoryStreams both = await(MemoryStreams.open());
      getRunningLoop()
          .createTask(
              async(() -> {
                try (Streams ours = both.server()) {
                  handle(ours.reader(), ours.writer());
                }
              }));
      return both.client();
    });
  }

  /// Runs the script for a connection. Called by the server; what goes wrong is told to who awaits
  /// [#done()].
  ///
  /// @param reader what comes in
  /// @param writer what goes out
  @Override
  public void handle(StreamReader reader, StreamWriter writer) {
    if (begun) {
      throw new IllegalStateException("the script has been used already: one connection, one run");
    }
    begun = true;
    try {
      for (Step step : steps) {
        step.run(reader, writer);
      }
      done.trySetResult(null);
    } catch (CancelledError e) {
      done.cancel();
      throw e;
    } catch (Throwable t) {
      done.trySetException(t);
      writer.transport().abort();
    }
  }

  /// Waits until the script has been run.
  ///
  /// Suspends until then. Cancel-safe. Throws an [AssertionError] that says which step was not met,
  /// or what else went wrong.
  ///
  /// @return a coroutine without a result
  @CheckReturnValue
  public Coroutine<@Nullable Void> done() {
    return async(() -> {
      await(shield(done));
    });
  }
}
