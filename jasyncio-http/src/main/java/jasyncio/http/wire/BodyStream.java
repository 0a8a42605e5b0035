package jasyncio.http.wire;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;

import jasyncio.AsyncIterator;
import jasyncio.CheckReturnValue;
import jasyncio.Coroutine;
import jasyncio.EventLoop;
import jasyncio.Future;
import jasyncio.StopAsyncIteration;
import jasyncio.TimerHandle;
import jasyncio.http.ContentReader;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/// The body of a message between the socket, which feeds it, and the task that reads it.
public final class BodyStream implements ContentReader {
  /*
   * Overview
   *
   *   Netty handler --feed--> raw (pieces as they came in)
   *                 --load--> head (one decoded piece) --> reading task
   *
   * `raw` is what back pressure counts: above HIGH_WATER the socket is paused, at LOW_WATER it goes
   * on. Decompression happens in load(), a bufferful at a time, when somebody reads. The end of
   * `raw` is the end of the exchange, so that a connection can be used again while its last
   * response is still being read.
   */
  private static final int HIGH_WATER = 128 * 1024;
  private static final int LOW_WATER = 64 * 1024;
  private static final int INFLATE_BUFFER = 16 * 1024;

  /// A line longer than this is no line.
  private static final int MAX_LINE = 64 * 1024;

  private static final byte[] NOTHING = {};

  private final EventLoop loop;
  private final BodyPolicy policy;
  private final @Nullable Inflation inflation;
  private @Nullable ArrayDeque<byte[]> raw;
  private int rawBytes;
  private boolean ended;
  private boolean paused;
  private @Nullable RuntimeException failure;
  private @Nullable Future<@Nullable Void> waiter;

  private byte[] head = NOTHING;
  private int headAt;
  private int headEnd;
  private byte @Nullable [] inflateBuffer;
  private boolean inflationClosed;

  /// A body that has no bytes yet.
  ///
  /// @param loop the loop
  /// @param policy what differs between client and server
  /// @param encoding its `Content-Encoding` if it is to be decompressed; one that is not known here
  ///   leaves it as it is
  public BodyStream(EventLoop loop, BodyPolicy policy, @Nullable String encoding) {
    this.loop = loop;
    this.policy = policy;
    this.inflation = encoding == null ? null : Inflation.of(encoding);
  }

  // ---- the socket's side: in Netty's handlers ----

  /// More of the body has come in.
  ///
  /// @param bytes the bytes
  public void feed(byte[] bytes) {
    if (bytes.length == 0 || ended || failure != null) {
      return;
    }
    if (raw == null) {
      raw = new ArrayDeque<>(2); // most bodies come in one piece or none
    }
    raw.add(bytes);
    rawBytes += bytes.length;
    wake();
    if (rawBytes > HIGH_WATER && !paused) {
      paused = true;
      policy.pause(true);
    }
  }

  /// That was all of it.
  public void end() {
    ended = true;
    paused = false;
    wake();
  }

  /// There will be no more: readers get what has come in, and then `cause`, unless the body has
  /// ended before.
  ///
  /// @param cause what readers get thrown
  public void fail(RuntimeException cause) {
    if (ended || failure != null) {
      return;
    }
    failure = cause;
    paused = false;
    wake();
  }

  /// Nobody wants the rest: what is here is dropped, and readers get an exception, unless all has
  /// been read.
  ///
  /// @param cause makes what readers get thrown
  public void giveUp(Supplier<? extends RuntimeException> cause) {
    if (atEof()) {
      return;
    }
    raw = null;
    rawBytes = 0;
    headAt = headEnd;
    closeInflation();
    if (failure == null) {
      failure = cause.get();
    }
    paused = false;
    wake();
  }

  /// {@return whether all of it has come in, though perhaps it has not been read}
  public boolean hasEnded() {
    return ended;
  }

  private void wake() {
    Future<@Nullable Void> waiting = waiter;
    if (waiting != null) {
      waiting.trySetResult(null);
    }
  }

  // ---- the reader's side ----

  @Override
  @CheckReturnValue
  public Coroutine<byte[]> read() {
    return readAll(Long.MAX_VALUE, _ -> new AssertionError());
  }

  /// Like read(), for a body that is not to be longer than `limit`.
  ///
  /// @param limit how many bytes
  /// @param tooLong makes the exception for a longer one
  /// @return a coroutine that gives the bytes
  @CheckReturnValue
  public Coroutine<byte[]> readAll(long limit, LongFunction<? extends Throwable> tooLong) {
    return async(() -> {
      byte[] first = NOTHING;
      ByteArrayOutputStream all = null;
      long size = 0;
      while (fill()) {
        byte[] piece = take(Integer.MAX_VALUE);
        size += piece.length;
        if (size > limit) {
          throw tooLong.apply(limit);
        }
        if (first.length == 0) {
          first = piece; // most bodies are one piece
          continue;
        }
        if (all == null) {
          all = new ByteArrayOutputStream(first.length + 2 * piece.length);
          all.writeBytes(first);
        }
        all.writeBytes(piece);
      }
      return all == null ? first : all.toByteArray();
    });
  }

  /// {@return whether decompressing makes more of it than came in}
  public boolean isCompressed() {
    return inflation != null;
  }

  @Override
  @CheckReturnValue
  public Coroutine<byte[]> read(int n) {
    return async(() -> {
      if (n < 0) {
        throw new IllegalArgumentException(
            "read(n) of a negative number: " + n + ". read() reads all");
      }
      return n == 0 || !fill() ? NOTHING : take(n);
    });
  }

  @Override
  @CheckReturnValue
  public Coroutine<byte[]> readAny() {
    return async(() -> fill() ? take(Integer.MAX_VALUE) : NOTHING);
  }

  @Override
  @CheckReturnValue
  public Coroutine<byte[]> readLineBytes() {
    return async(() -> {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      try {
        while (fill()) {
          int end = headAt;
          while (end < headEnd && head[end] != '\n') {
            end++;
          }
          boolean found = end < headEnd;
          line.write(head, headAt, end + (found ? 1 : 0) - headAt);
          headAt = end + (found ? 1 : 0);
          if (line.size() > MAX_LINE) {
            throw new IllegalStateException("Line is too long: more than " + MAX_LINE + " bytes");
          }
          if (found) {
            break;
          }
        }
        return line.toByteArray();
      } catch (Throwable t) {
        putBack(line.toByteArray());
        throw t;
      }
    });
  }

  @Override
  public boolean atEof() {
    if (!ended || failure != null) {
      return false;
    }
    try {
      return !load();
    } catch (DataFormatException _) {
      return false; // the next read says so
    }
  }

  @Override
  public AsyncIterator<byte[]> iterAny() {
    return pieces(() -> await(readAny()));
  }

  @Override
  public AsyncIterator<byte[]> iterChunked(int n) {
    if (n <= 0) {
      throw new IllegalArgumentException("pieces must have at least one byte, not " + n);
    }
    return pieces(() -> await(read(n)));
  }

  @Override
  public AsyncIterator<byte[]> byteLines() {
    return pieces(() -> await(readLineBytes()));
  }

  private static AsyncIterator<byte[]> pieces(jasyncio.AsyncBody<byte[]> read) {
    return () ->
        async(() -> {
          byte[] piece = read.run();
          if (piece.length == 0) {
            throw new StopAsyncIteration();
          }
          return piece;
        });
  }

  /// Waits until something can be taken; false at the end of the body.
  private boolean fill() {
    if (waiter != null) {
      throw new IllegalStateException(
          "read() called while another coroutine is already waiting for incoming data."
              + " A body is read by one task at a time");
    }
    while (true) {
      try {
        if (load()) {
          return true;
        }
        if (ended && failure == null) {
          if (inflation != null) {
            inflation.finish();
          }
          closeInflation();
          return false;
        }
      } catch (DataFormatException e) {
        closeInflation();
        RuntimeException broken =
            policy.broken("the compressed body is broken: " + e.getMessage(), e);
        failure = broken;
        throw broken;
      }
      if (failure != null) {
        failure.fillInStackTrace(); // it is thrown here, and perhaps again
        throw failure;
      }
      waitForMore();
    }
  }

  private void waitForMore() {
    Future<@Nullable Void> waiting = loop.createFuture();
    waiter = waiting;
    TimerHandle timer = policy.startTimer(loop);
    try {
      await(waiting);
    } finally {
      waiter = null;
      if (timer != null) {
        timer.cancel();
      }
    }
  }

  /// Puts the next decoded piece into `head`, unless there is one; false if `raw` has no more.
  private boolean load() throws DataFormatException {
    if (headAt < headEnd) {
      return true;
    }
    if (inflation == null) {
      byte[] piece = takeRaw();
      if (piece == null) {
        return false;
      }
      setHead(piece, piece.length);
      return true;
    }
    if (inflationClosed) {
      return false;
    }
    if (inflateBuffer == null) {
      inflateBuffer = new byte[INFLATE_BUFFER];
    }
    while (true) {
      int n = inflation.inflate(inflateBuffer);
      if (n > 0) {
        setHead(inflateBuffer, n);
        return true;
      }
      byte[] piece = takeRaw();
      if (piece == null) {
        return false;
      }
      inflation.setInput(piece);
    }
  }

  private void closeInflation() {
    if (inflation != null) {
      inflation.close();
      inflationClosed = true;
      inflateBuffer = null;
    }
  }

  private byte @Nullable [] takeRaw() {
    byte[] piece = raw == null ? null : raw.poll();
    if (piece != null) {
      rawBytes -= piece.length;
      if (paused && rawBytes <= LOW_WATER) {
        paused = false;
        policy.pause(false);
      }
    }
    return piece;
  }

  private void setHead(byte[] piece, int length) {
    head = piece;
    headAt = 0;
    headEnd = length;
  }

  private byte[] take(int max) {
    int n = Math.min(max, headEnd - headAt);
    byte[] taken =
        n == head.length && head != inflateBuffer
            ? head
            : Arrays.copyOfRange(head, headAt, headAt + n);
    headAt += n;
    return taken;
  }

  /// Makes `bytes` the next to be read.
  private void putBack(byte[] bytes) {
    if (bytes.length == 0) {
      return;
    }
    byte[] both = Arrays.copyOf(bytes, bytes.length + headEnd - headAt);
    System.arraycopy(head, headAt, both, bytes.length, headEnd - headAt);
    setHead(both, both.length);
  }
}
