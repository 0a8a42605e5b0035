package jasyncio.http;

import jasyncio.AsyncIterator;
import jasyncio.Asyncio;
import jasyncio.CheckReturnValue;
import jasyncio.Coroutine;
import jasyncio.StopAsyncIteration;
import jasyncio.net.UnicodeDecodeError;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The body of a message while it arrives.
///
/// Reading it slowly slows the peer down: at most some 128 KiB wait here, then nothing more is
/// taken from the socket. A compressed body is decompressed as it is read.
///
/// Every method is called on the loop; those that suspend are for one task at a time. All are
/// cancel-safe, but for [#read()]: what a cancelled one has not returned can still be read. If the
/// body ends early, is broken or takes too long, they throw what the client or the server defines
/// for that.
///
/// Counterpart: `aiohttp.StreamReader`, the `content` of requests and responses.
public interface ContentReader {
  /// Reads what is left, until the end of the body.
  ///
  /// Suspends. Not cancel-safe: what was read until then is lost. Counterpart:
  /// `StreamReader.read()`.
  ///
  /// @return a coroutine that gives the bytes
  @CheckReturnValue
  Coroutine<byte[]> read();

  /// Reads at least one byte and at most `n`; nothing at the end of the body, or if `n` is zero.
  ///
  /// Suspends if nothing is there. Counterpart: `StreamReader.read(n)`.
  ///
  /// @param n how many bytes at most
  /// @return a coroutine that gives the bytes
  /// @throws IllegalArgumentException if `n` is negative, when awaited
  @CheckReturnValue
  Coroutine<byte[]> read(int n);

  /// Reads what is there, but at least one byte; nothing at the end of the body.
  ///
  /// Suspends if nothing is there. Counterpart: `StreamReader.readany()`.
  ///
  /// @return a coroutine that gives the bytes
  @CheckReturnValue
  Coroutine<byte[]> readAny();

  /// {@return a line as text in UTF-8, without the `\n` or `\r\n` at its end; null at the end of
  /// the body}
  ///
  /// Suspends until the line is there. Throws a [UnicodeDecodeError] if it is not UTF-8.
  ///
  /// @throws IllegalStateException if a line is longer than 64 KiB, when awaited; it stays unread
  @CheckReturnValue
  default Coroutine<@Nullable String> readLine() {
    return readLine(StandardCharsets.UTF_8);
  }

  /// {@return the same in another charset}
  ///
  /// @param charset how to decode it
  @CheckReturnValue
  default Coroutine<@Nullable String> readLine(Charset charset) {
    return Asyncio.async(
        () -> UnicodeDecodeError.decodeLine(Asyncio.await(readLineBytes()), charset));
  }

  /// Reads up to and with the next line feed; the rest at the end of the body, nothing after it.
  ///
  /// Suspends until the line is there. Counterpart: `StreamReader.readline()`.
  ///
  /// @return a coroutine that gives the bytes
  /// @throws IllegalStateException if a line is longer than 64 KiB, when awaited; it stays unread
  @CheckReturnValue
  Coroutine<byte[]> readLineBytes();

  /// {@return whether the end of the body has been reached and all of it has been read}
  boolean atEof();

  /// {@return its pieces as they come in, of any size; for `asyncFor`} Counterpart:
  /// `StreamReader.iter_any()`.
  AsyncIterator<byte[]> iterAny();

  /// {@return its pieces, of `n` bytes at most} Counterpart: `StreamReader.iter_chunked(n)`.
  ///
  /// @param n how many bytes at most
  /// @throws IllegalArgumentException if `n` is not positive
  AsyncIterator<byte[]> iterChunked(int n);

  /// {@return its lines as text, as [#readLine()] gives them; for `asyncFor`} Counterpart: `async
  /// for line in content`.
  default AsyncIterator<String> lines() {
    return () ->
        Asyncio.async(() -> {
          String line = Asyncio.await(readLine());
          if (line == null) {
            throw new StopAsyncIteration();
          }
          return line;
        });
  }

  /// {@return its lines as bytes, each with its line feed; for `asyncFor`}
  AsyncIterator<byte[]> byteLines();
}
