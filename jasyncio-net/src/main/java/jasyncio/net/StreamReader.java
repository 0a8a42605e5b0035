package jasyncio.net;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.getRunningLoop;
import static java.nio.charset.StandardCharsets.UTF_8;

import jasyncio.AsyncBody;
import jasyncio.AsyncIterator;
import jasyncio.CheckReturnValue;
import jasyncio.Coroutine;
import jasyncio.Future;
import jasyncio.StopAsyncIteration;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The incoming half of a connection: waits for as much as is asked for.
///
/// Made by [Net#openConnection(String, int)] and for the handlers of a server. Used on its loop, by
/// one task at a time. All reads are cancel-safe: what has arrived stays in the reader. An error of
/// the connection is thrown by every read from then on, as a [ConnectionError]. A TLS connection
/// that was cut off throws a [TruncationError] where the end of the stream would be, after
/// everything that has come.
///
/// Text is UTF-8 unless a charset is given. As iterator it gives the lines: `for (String line :
/// asyncFor(reader))`. Bytes have names of their own: [#read()], [#readLineBytes()],
/// [#byteLines()].
///
/// Counterpart: `asyncio.StreamReader`.
public final class StreamReader implements AsyncIterator<String> {
  /*
   * Overview
   *
   * The connection feeds `buffer` and wakes the one task that waits, if any. Above twice the limit
   * the connection is told to pause; at the limit or below, or when somebody waits, to go on:
   * waiting with a full buffer would wait for ever.
   *
   * CPython: Lib/asyncio/streams.py, 3.14. Differences: (1) the waiter is only ever woken; the
   * reader then looks at the error itself, so that an error nobody waited for is not reported as
   * lost; (2) a cancelled read() to the end of the stream puts back what it has taken; (3) lines
   * are text.
   */

  /// 64 KiB, in bytes.
  public static final int DEFAULT_LIMIT = 64 * 1024;

  private static final byte[] NEWLINE = {'\n'};

  private final int limit;
  private final ByteQueue buffer = new ByteQueue();
  private boolean eof;
  private boolean paused;
  private @Nullable Throwable exception;

  /// Thrown instead of telling the end, once everything before it has been read.
  private @Nullable TruncationError truncation;

  private @Nullable ReadTransport connection;
  private @Nullable Future<@Nullable Void> waiter;

  /// Whoever has the reader can still close the connection, so it has not been dropped.
  @SuppressWarnings("unused") // it is only kept
  private @Nullable StreamWriter writer;

  private StreamReader(int limit) {
    if (limit <= 0) {
      throw new IllegalArgumentException("Limit cannot be <= 0, got " + limit);
    }
    this.limit = limit;
  }

  /// {@return a reader without a connection, for what is fed by hand}
  ///
  /// @param limit the longest line in bytes, and half of what is buffered
  /// @throws IllegalArgumentException if it is not positive
  public static StreamReader create(int limit) {
    return new StreamReader(limit);
  }

  // ---- feeding ----

  /// Says which transport feeds it, to be paused when too much is buffered. Counterpart:
  /// `StreamReader.set_transport`.
  ///
  /// @param connection what to pause
  public void setTransport(ReadTransport connection) {
    this.connection = connection;
  }

  /// Takes away what nobody has read.
  byte[] takeUnread() {
    return takeAndResume(buffer.size());
  }

  /// Puts back what was taken last.
  void unread(byte[] data) {
    buffer.putBack(data);
  }

  /// Adds data. For connections and tests.
  ///
  /// @param data the bytes
  /// @throws IllegalStateException after [#feedEof()]
  public void feedData(ByteBuffer data) {
    if (eof) {
      throw new IllegalStateException("feed_data after feed_eof");
    }
    if (!data.hasRemaining()) {
      return;
    }
    buffer.add(data);
    wakeUp();
    if (connection != null && !paused && buffer.size() > 2L * limit) {
      paused = true;
      connection.pauseReading();
    }
  }

  /// Adds the end of the stream. For connections and tests.
  public void feedEof() {
    eof = true;
    wakeUp();
  }

  /// Adds an end of the stream that is none.
  void feedTruncation(TruncationError truncation) {
    this.truncation = truncation;
    feedEof();
  }

  /// Makes every read fail from now on. For connections and tests.
  ///
  /// @param exception what readers get thrown
  public void setException(Throwable exception) {
    this.exception = exception;
    wakeUp();
  }

  private void wakeUp() {
    Future<@Nullable Void> waiting = waiter;
    if (waiting != null) {
      waiter = null;
      waiting.trySetResult(null);
    }
  }

  // ---- state ----

  /// {@return what the reads fail with, or null}
  public @Nullable Throwable exception() {
    return exception;
  }

  /// {@return whether the stream has ended and everything has been read}
  public boolean atEof() {
    return eof && buffer.isEmpty();
  }

  /// Keeps the other half of the connection reachable as long as this is.
  void keep(StreamWriter writer) {
    this.writer = writer;
  }

  /// How many bytes have come and not been read.
  int buffered() {
    return buffer.size();
  }

  // ---- reading ----

  /// {@return everything up to the end of the stream}
  ///
  /// Suspends. Cancel-safe. There is no limit: use it with peers that can be trusted.
  @CheckReturnValue
  public Coroutine<byte[]> read() {
    return read(-1);
  }

  /// {@return what is there, at least one byte and at most `n`; nothing at the end of the stream}
  ///
  /// Suspends if nothing is there. Cancel-safe.
  ///
  /// @param n the most to read in bytes; 0 for nothing at all, negative for everything up to the
  ///   end of the stream
  /// @throws IllegalStateException when awaited, if another task waits for data here
  @CheckReturnValue
  public Coroutine<byte[]> read(int n) {
    return async(() -> {
      checkException();
      if (n == 0) {
        return new byte[0];
      }
      if (n < 0) {
        return readAll();
      }
      if (buffer.isEmpty() && !eof) {
        waitForData("read");
      }
      if (buffer.isEmpty()) {
        checkTruncation();
      }
      return takeAndResume(n);
    });
  }

  private byte[] readAll() throws Throwable {
    List<byte[]> blocks = new ArrayList<>();
    int total = 0;
    try {
      while (true) {
        checkException();
        if (buffer.isEmpty() && !eof) {
          waitForData("read");
        }
        byte[] block = takeAndResume(limit);
        if (block.length == 0) {
          checkTruncation();
          return joined(blocks, total);
        }
        blocks.add(block);
        total = Math.addExact(total, block.length);
      }
    } catch (Throwable t) {
      buffer.putBack(joined(blocks, total));
      throw t;
    }
  }

  private static byte[] joined(List<byte[]> blocks, int total) {
    byte[] all = new byte[total];
    int at = 0;
    for (byte[] block : blocks) {
      System.arraycopy(block, 0, all, at, block.length);
      at += block.length;
    }
    return all;
  }

  /// Exactly `n` bytes, whatever the limit.
  ///
  /// Suspends until they are there. Cancel-safe. Throws [IncompleteReadError] if the stream ends
  /// before; what was there is in the error.
  ///
  /// @param n how many bytes
  /// @return a coroutine that gives the bytes
  /// @throws IllegalArgumentException when awaited, if `n` is negative
  /// @throws IllegalStateException when awaited, if another task waits for data here
  @CheckReturnValue
  public Coroutine<byte[]> readExactly(int n) {
    return async(() -> {
      if (n < 0) {
        throw new IllegalArgumentException("readexactly size can not be less than zero, got " + n);
      }
      checkException();
      while (buffer.size() < n) {
        if (eof) {
          checkTruncation();
          throw new IncompleteReadError(buffer.take(buffer.size()), n);
        }
        waitForData("readExactly");
      }
      return takeAndResume(n);
    });
  }

  /// {@return everything up to the end of the stream, as text in UTF-8}
  ///
  /// Suspends, and throws a [UnicodeDecodeError] if it is not UTF-8. Cancel-safe. There is no
  /// limit. Counterpart: `(await reader.read()).decode()`.
  @CheckReturnValue
  public Coroutine<String> readText() {
    return readText(UTF_8);
  }

  /// {@return the same in another charset}
  ///
  /// @param charset how to decode it
  @CheckReturnValue
  public Coroutine<String> readText(Charset charset) {
    return async(() -> UnicodeDecodeError.decode(await(read()), charset));
  }

  /// {@return a line as text in UTF-8, without the `\n` or `\r\n` at its end; null at the end of
  /// the stream} What comes after the last line end is a line too. A `\r` elsewhere ends none.
  ///
  /// ```java
  /// String line;
  /// while ((line = await(reader.readLine())) != null) {
  ///   IO.println(line);
  /// }
  /// ```
  ///
  /// Suspends until it is there. Cancel-safe: no byte is taken. Throws a [UnicodeDecodeError] if
  /// the line is not UTF-8; it has been taken then, and the next call gives the next one. To tell a
  /// last line with an end from one without, take [#readLineBytes()].
  ///
  /// @throws IllegalArgumentException when awaited, if it is longer than the limit; the line is
  ///   dropped then, or what there is of it
  /// @throws IllegalStateException when awaited, if another task waits for data here
  @CheckReturnValue
  public Coroutine<@Nullable String> readLine() {
    return readLine(UTF_8);
  }

  /// {@return the same in another charset} One that writes line ends as ASCII does, which UTF-16
  /// does not.
  ///
  /// @param charset how to decode it
  @CheckReturnValue
  public Coroutine<@Nullable String> readLine(Charset charset) {
    return async(() -> UnicodeDecodeError.decodeLine(takeLine(), charset));
  }

  /// {@return the bytes of a line, with its `\n`} At the end of the stream what is left, which may
  /// be nothing. Counterpart: `StreamReader.readline`.
  ///
  /// Suspends until it is there. Cancel-safe.
  ///
  /// @throws IllegalArgumentException when awaited, if it is longer than the limit; the line is
  ///   dropped then, or what there is of it
  /// @throws IllegalStateException when awaited, if another task waits for data here
  @CheckReturnValue
  public Coroutine<byte[]> readLineBytes() {
    return async(this::takeLine);
  }

  private byte[] takeLine() throws Throwable {
    try {
      return readUntil(List.of(NEWLINE), "readLine");
    } catch (IncompleteReadError e) {
      return e.partial();
    } catch (LimitOverrunError e) {
      if (buffer.startsWith(NEWLINE, e.consumed())) {
        buffer.skip(e.consumed() + NEWLINE.length);
      } else {
        buffer.clear();
      }
      resumeIfRead();
      throw new IllegalArgumentException(
          e.getMessage() + ": of " + limit + " bytes. withLimit(bytes) of the options raises it",
          e);
    }
  }

  /// {@return everything up to and including the first of the separators; the shortest piece, if
  /// several match}
  ///
  /// Suspends until it is there. Cancel-safe. Throws [LimitOverrunError] if there is more than the
  /// limit before it, and leaves the data where it is; [IncompleteReadError] if the stream ends
  /// before, with the data.
  ///
  /// @param separators one or more, none of them empty
  /// @throws IllegalArgumentException when awaited, if there is no separator or an empty one
  /// @throws IllegalStateException when awaited, if another task waits for data here
  @CheckReturnValue
  public Coroutine<byte[]> readUntil(byte[]... separators) {
    return async(() -> {
      if (separators.length == 0) {
        throw new IllegalArgumentException("Separator should contain at least one element");
      }
      List<byte[]> shortestFirst = new ArrayList<>(Arrays.asList(separators));
      shortestFirst.sort(Comparator.comparingInt(separator -> separator.length));
      if (shortestFirst.getFirst().length == 0) {
        throw new IllegalArgumentException("Separator should be at least one-byte string");
      }
      return readUntil(shortestFirst, "readUntil");
    });
  }

  private byte[] readUntil(List<byte[]> separators, String operation) throws Throwable {
    checkException();
    int shortest = separators.getFirst().length;
    int longest = separators.getLast().length;
    int offset = 0; // no separator begins before it
    while (true) {
      int size = buffer.size();
      if (size - offset >= shortest) {
        int start = -1;
        int end = Integer.MAX_VALUE;
        for (byte[] separator : separators) {
          int found = buffer.indexOf(separator, offset);
          if (found >= 0 && found + separator.length < end) {
            start = found;
            end = found + separator.length;
          }
        }
        if (start > limit) {
          throw new LimitOverrunError("Separator is found, but chunk is longer than limit", start);
        }
        if (start >= 0) {
          return takeAndResume(end);
        }
        offset = Math.max(0, size + 1 - longest);
        if (offset > limit) {
          throw new LimitOverrunError("Separator is not found, and chunk exceed the limit", offset);
        }
      }
      if (eof) {
        checkTruncation();
        throw new IncompleteReadError(buffer.take(size), -1);
      }
      waitForData(operation);
    }
  }

  /// The next line; ends with the stream. Suspends, fails and is cancelled as [#readLine()] is.
  /// Counterpart: `async for line in reader`.
  @Override
  @CheckReturnValue
  public Coroutine<String> anext() {
    return next(() -> UnicodeDecodeError.decodeLine(takeLine(), UTF_8));
  }

  /// {@return the lines as text, for `asyncFor`: this reader} As [#readLine()] gives them.
  public AsyncIterator<String> lines() {
    return this;
  }

  /// {@return the same in another charset}
  ///
  /// @param charset how to decode them
  public AsyncIterator<String> lines(Charset charset) {
    return () -> next(() -> UnicodeDecodeError.decodeLine(takeLine(), charset));
  }

  /// {@return the lines as bytes, each with its end, for `asyncFor`} As [#readLineBytes()] gives
  /// them.
  public AsyncIterator<byte[]> byteLines() {
    return () ->
        next(() -> {
          byte[] line = takeLine();
          return line.length == 0 ? null : line;
        });
  }

  private static <T> Coroutine<T> next(AsyncBody<@Nullable T> read) {
    return async(() -> {
      T line = read.run();
      if (line == null) {
        throw new StopAsyncIteration();
      }
      return line;
    });
  }

  // ---- waiting ----

  /// The stream has ended: not so, if it was cut off.
  private void checkTruncation() throws TruncationError {
    if (truncation != null) {
      throw truncation;
    }
  }

  private void checkException() throws Throwable {
    if (exception != null) {
      throw exception;
    }
  }

  private byte[] takeAndResume(int n) {
    byte[] taken = buffer.take(n);
    resumeIfRead();
    return taken;
  }

  private void resumeIfRead() {
    if (buffer.size() <= limit) {
      resume();
    }
  }

  private void resume() {
    if (paused && connection != null) {
      paused = false;
      connection.resumeReading();
    }
  }

  /// Returns when something has come: data, the end, or an error, which it throws.
  private void waitForData(String operation) throws Throwable {
    if (waiter != null) {
      throw new IllegalStateException(
          operation + "() called while another coroutine is already waiting for incoming data");
    }
    resume();
    Future<@Nullable Void> woken = getRunningLoop().createFuture();
    waiter = woken;
    try {
      await(woken);
    } finally {
      if (waiter == woken) {
        waiter = null;
      }
    }
    checkException();
  }

  @Override
  public String toString() {
    return "<StreamReader"
        + (buffer.isEmpty() ? "" : " " + buffer.size() + " bytes")
        + (eof ? " eof" : "")
        + (limit == DEFAULT_LIMIT ? "" : " limit=" + limit)
        + (waiter == null ? "" : " waiter=" + waiter)
        + (exception == null ? "" : " exception=" + exception)
        + (paused ? " paused" : "")
        + ">";
  }
}
