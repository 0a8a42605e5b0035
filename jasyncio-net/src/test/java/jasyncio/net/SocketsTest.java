package jasyncio.net;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.currentTask;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.run;
import static jasyncio.net.EchoTest.ECHO;
import static jasyncio.net.EchoTest.ascii;
import static jasyncio.net.Listening.turns;
import static jasyncio.net.Net.startServer;
import static jasyncio.net.Sockets.addReader;
import static jasyncio.net.Sockets.addWriter;
import static jasyncio.net.Sockets.removeReader;
import static jasyncio.net.Sockets.removeWriter;
import static jasyncio.net.Sockets.sockAccept;
import static jasyncio.net.Sockets.sockConnect;
import static jasyncio.net.Sockets.sockRecv;
import static jasyncio.net.Sockets.sockRecvInto;
import static jasyncio.net.Sockets.sockRecvfrom;
import static jasyncio.net.Sockets.sockSendall;
import static jasyncio.net.Sockets.sockSendfile;
import static jasyncio.net.Sockets.sockSendto;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jasyncio.CancelledError;
import jasyncio.ContextVar;
import jasyncio.Future;
import jasyncio.Task;
import jasyncio.parity.Parity;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SocketsTest {
  /// Two connected sockets.
  private static final class Pair implements AutoCloseable {
    final SocketChannel ours;
    final SocketChannel theirs;

    Pair() throws IOException {
      try (ServerSocketChannel listening = listening()) {
        ours = SocketChannel.open(listening.getLocalAddress());
        theirs = listening.accept();
      }
      ours.configureBlocking(false);
      theirs.configureBlocking(false);
    }

    @Override
    public void close() throws IOException {
      ours.close();
      theirs.close();
    }
  }

  private static ServerSocketChannel listening() throws IOException {
    return ServerSocketChannel.open()
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  }

  // ---- readiness ----

  @Test
  @Parity("RAW-01")
  void aReaderIsCalledAsLongAsThereIsSomethingToRead() {
    ContextVar<String> name = ContextVar.withDefault("name", "nobody");
    run(() -> {
      try (Pair pair = new Pair()) {
        List<String> calls = new ArrayList<>();
        Future<@Nullable Void> third = getRunningLoop().createFuture();
        name.set("reader");
        addReader(
            pair.ours,
            () -> {
              calls.add(name.get() + " " + currentTask());
              if (calls.size() == 3) {
                third.setResult(null);
                removeReader(pair.ours);
              }
            });
        turns(20);
        assertThat(calls).isEmpty();
        pair.theirs.write(ByteBuffer.wrap(ascii("x"))); // and nobody takes it
        await(third);
        turns(20);
        assertThat(calls).containsExactly("reader null", "reader null", "reader null");
        assertThat(removeReader(pair.ours)).isFalse();
      }
    });
  }

  @Test
  @Parity("RAW-01")
  void aCallbackReplacesTheOneBefore() {
    run(() -> {
      try (Pair pair = new Pair()) {
        Future<String> called = getRunningLoop().createFuture();
        addReader(pair.ours, () -> called.setResult("the first"));
        addReader(
            pair.ours,
            () -> {
              called.setResult("the second");
              removeReader(pair.ours);
            });
        pair.theirs.write(ByteBuffer.wrap(ascii("x")));
        assertThat(await(called)).isEqualTo("the second");
      }
    });
  }

  @Test
  @Parity("RAW-01")
  void bothDirectionsOfAChannelAreWatchedApart() {
    run(() -> {
      try (Pair pair = new Pair()) {
        Future<@Nullable Void> writable = getRunningLoop().createFuture();
        Future<@Nullable Void> readable = getRunningLoop().createFuture();
        addReader(pair.ours, () -> readable.setResult(null));
        addWriter(
            pair.ours,
            () -> {
              writable.setResult(null);
              removeWriter(pair.ours);
            });
        await(writable);
        assertThat(readable.done()).isFalse();
        pair.theirs.write(ByteBuffer.wrap(ascii("x")));
        await(readable);
        assertThat(removeReader(pair.ours)).isTrue();
        assertThat(removeWriter(pair.ours)).isFalse();
        pair.ours.configureBlocking(false);
      }
    });
  }

  @Test
  @Parity("RAW-01")
  void pipesAndListeningSocketsCanBeWatchedToo() {
    run(() -> {
      Pipe pipe = Pipe.open();
      try (Pipe.SourceChannel source = pipe.source();
          Pipe.SinkChannel sink = pipe.sink();
          ServerSocketChannel listening = listening()) {
        source.configureBlocking(false);
        sink.configureBlocking(false);
        listening.configureBlocking(false);
        Task<byte[]> reading = createTask(sockRecv(source, 10));
        await(sockSendall(sink, ByteBuffer.wrap(ascii("through"))));
        assertThat(await(reading)).isEqualTo(ascii("through"));
        Future<@Nullable Void> somebody = getRunningLoop().createFuture();
        addReader(
            listening,
            () -> {
              removeReader(listening);
              somebody.setResult(null);
            });
        try (SocketChannel client = SocketChannel.open(listening.getLocalAddress())) {
          await(somebody);
          assertThat(client.isConnected()).isTrue();
          listening.accept().close();
        }
        assertThatThrownBy(() -> addWriter(listening, () -> {}))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageEndingWith("cannot be written");
      }
    });
  }

  @Test
  @Parity({"RAW-01", "RAW-02"})
  void aChannelThatBlocksOrIsClosedIsTurnedAway() {
    run(() -> {
      SocketChannel channel = SocketChannel.open();
      try (channel) {
        assertThatThrownBy(() -> addReader(channel, () -> {}))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageStartingWith("the socket must be non-blocking");
        assertThatThrownBy(() -> await(sockRecv(channel, 1)))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageStartingWith("the socket must be non-blocking");
      }
      channel.close();
      assertThatThrownBy(() -> addReader(channel, () -> {}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("the channel is closed");
    });
  }

  // ---- reading and writing ----

  @Test
  @Parity({"RAW-02", "RAW-03", "RAW-04"})
  void aServerAndAClientOfRawSocketsTalk() {
    byte[] data = new byte[4_000_000];
    new Random(7).nextBytes(data);
    run(() -> {
      try (ServerSocketChannel listening = listening();
          SocketChannel client = SocketChannel.open()) {
        listening.configureBlocking(false);
        client.configureBlocking(false);
        Task<@Nullable Void> serving =
            createTask(
                async(() -> {
                  try (SocketChannel one = await(sockAccept(listening))) {
                    ByteBuffer buffer = ByteBuffer.allocate(100_000);
                    while (await(sockRecvInto(one, buffer)) > 0) {
                      await(sockSendall(one, buffer.flip()));
                      buffer.clear();
                    }
                  }
                }));
        int port = ((InetSocketAddress) listening.getLocalAddress()).getPort();
        await(sockConnect(client, InetSocketAddress.createUnresolved("127.0.0.1", port)));
        Task<@Nullable Void> sending = createTask(sockSendall(client, ByteBuffer.wrap(data)));
        ByteBuffer received = ByteBuffer.allocate(data.length);
        while (received.hasRemaining()) {
          assertThat(await(sockRecvInto(client, received))).isPositive();
        }
        assertThat(received.array()).isEqualTo(data);
        await(sending);
        client.shutdownOutput();
        assertThat(await(sockRecv(client, 10))).isEmpty();
        await(serving);
      }
    });
  }

  @Test
  @Parity("RAW-04")
  void datagramsGoThereAndBack() {
    run(() -> {
      try (DatagramChannel one = DatagramChannel.open();
          DatagramChannel other = DatagramChannel.open()) {
        for (DatagramChannel channel : List.of(one, other)) {
          channel.configureBlocking(false);
          channel.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        }
        ByteBuffer buffer = ByteBuffer.allocate(100);
        Task<java.net.SocketAddress> receiving = createTask(sockRecvfrom(other, buffer));
        turns(5);
        assertThat(await(sockSendto(one, ByteBuffer.wrap(ascii("ping")), other.getLocalAddress())))
            .isEqualTo(4);
        assertThat(await(receiving)).isEqualTo(one.getLocalAddress());
        assertThat(buffer.flip()).isEqualTo(ByteBuffer.wrap(ascii("ping")));
      }
    });
  }

  @Test
  @Parity("RAW-04")
  void aRefusedConnectionIsAnError() throws IOException {
    java.net.SocketAddress nobody;
    try (ServerSocketChannel closed = listening()) {
      nobody = closed.getLocalAddress();
    }
    run(() -> {
      try (SocketChannel client = SocketChannel.open()) {
        client.configureBlocking(false);
        assertThatThrownBy(() -> await(sockConnect(client, nobody)))
            .isInstanceOf(ConnectException.class);
      }
    });
  }

  @Test
  @Parity("RAW-02")
  void twoReadersOfAChannelAreOneTooMany() {
    run(() -> {
      try (Pair pair = new Pair()) {
        Task<byte[]> first = createTask(sockRecv(pair.ours, 10));
        turns(2);
        assertThatThrownBy(() -> await(sockRecv(pair.ours, 10)))
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("one at a time may read");
        pair.theirs.write(ByteBuffer.wrap(ascii("x")));
        assertThat(await(first)).isEqualTo(ascii("x"));
      }
    });
  }

  @Test
  @Parity("RAW-02")
  void aCancelledReadLosesNothing() {
    run(() -> {
      try (Pair pair = new Pair()) {
        for (int i = 0; i < 6; i++) {
          Task<byte[]> reading = createTask(sockRecv(pair.ours, 10));
          turns(i);
          reading.cancel();
          assertThatThrownBy(() -> await(reading)).isInstanceOf(CancelledError.class);
          assertThat(removeReader(pair.ours)).isFalse();
        }
        pair.theirs.write(ByteBuffer.wrap(ascii("still here")));
        assertThat(await(sockRecv(pair.ours, 100))).isEqualTo(ascii("still here"));
      }
    });
  }

  @Test
  void whatIsStillWatchedWhenTheLoopEndsIsForgotten() throws IOException {
    try (Pair pair = new Pair()) {
      run(() -> {
        addReader(pair.ours, () -> {});
        createTask(sockRecv(pair.theirs, 1));
        turns(3);
      });
      assertThat(pair.ours.isRegistered()).isFalse();
      pair.ours.configureBlocking(true);
    }
  }

  // ---- files ----

  @Test
  @Parity("TLS-04")
  void aFileIsSentThroughARawSocket(@TempDir Path folder) throws IOException {
    byte[] data = new byte[3_000_000];
    new Random(8).nextBytes(data);
    Path path = Files.write(folder.resolve("file"), data);
    run(() -> {
      try (var server = await(startServer(ECHO, "127.0.0.1", 0));
          SocketChannel client = SocketChannel.open();
          FileChannel file = FileChannel.open(path)) {
        client.configureBlocking(false);
        await(sockConnect(client, server.addresses().getFirst()));
        Task<Long> sending = createTask(sockSendfile(client, file, 1_000_000, null));
        ByteBuffer received = ByteBuffer.allocate(2_000_000);
        while (received.hasRemaining()) {
          assertThat(await(sockRecvInto(client, received))).isPositive();
        }
        assertThat(await(sending)).isEqualTo(2_000_000);
        assertThat(file.position()).isEqualTo(3_000_000);
        assertThat(received.flip()).isEqualTo(ByteBuffer.wrap(data, 1_000_000, 2_000_000));
        assertThat(await(sockSendfile(client, file, 0, 10L))).isEqualTo(10);
        assertThat(file.position()).isEqualTo(10);
        assertThatThrownBy(() -> await(sockSendfile(client, file, -1, null)))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("offset must be a non-negative integer (got -1)");
        assertThatThrownBy(() -> await(sockSendfile(client, file, 0, 0L)))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("count must be a positive integer (got 0)");
      }
    });
  }
}
