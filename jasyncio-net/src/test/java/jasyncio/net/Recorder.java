package jasyncio.net;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.getRunningLoop;

import jasyncio.Future;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A protocol that writes down what it is told. Made on a loop.
class Recorder implements Protocol {
  final List<String> calls = new ArrayList<>();
  final ByteArrayOutputStream received = new ByteArrayOutputStream();
  private final List<Future<@Nullable Void>> watchers = new ArrayList<>();
  private final Future<@Nullable Throwable> lost = getRunningLoop().createFuture();
  private @Nullable Transport transport;
  boolean keepsHalfOpen;

  Transport transport() {
    Transport known = transport;
    if (known == null) {
      throw new AssertionError("no connection yet");
    }
    return known;
  }

  void note(String call) {
    calls.add(call);
    watchers.forEach(watcher -> {
      if (!watcher.done()) {
        watcher.setResult(null);
      }
    });
    watchers.clear();
  }

  /// Waits for a call.
  void untilTold(String call) {
    while (!calls.contains(call)) {
      next();
    }
  }

  void untilReceived(int bytes) {
    while (received.size() < bytes) {
      next();
    }
  }

  private void next() {
    Future<@Nullable Void> watcher = getRunningLoop().createFuture();
    watchers.add(watcher);
    await(watcher);
  }

  /// Waits for the end of the connection; returns what it ended by.
  @Nullable Throwable untilLost() {
    return await(lost);
  }

  String text() {
    return received.toString(StandardCharsets.US_ASCII);
  }

  @Override
  public void connectionMade(Transport transport) {
    this.transport = transport;
    note("made");
  }

  @Override
  public void dataReceived(ByteBuffer data) {
    byte[] copy = new byte[data.remaining()];
    data.get(copy);
    received.writeBytes(copy);
    note("data");
  }

  @Override
  public boolean eofReceived() {
    note("eof");
    return keepsHalfOpen;
  }

  @Override
  public void connectionLost(@Nullable Throwable cause) {
    note("lost");
    lost.setResult(cause); // fails if it comes twice
  }

  @Override
  public void pauseWriting() {
    note("pause");
  }

  @Override
  public void resumeWriting() {
    note("resume");
  }
}
