package jasyncio.http;

import jasyncio.AsyncIterator;
import jasyncio.CheckReturnValue;
import jasyncio.Coroutine;

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

  /// Reads up to and with the next line feed; the rest at the end of the body, nothing after it.
  ///
  /// Suspends until the line is there. Counterpart: `StreamReader.readline()`.
  ///
  /// @return a coroutine that gives the bytes
  /// @throws IllegalStateException if a line is longer than 64 KiB, when awaited; it stays unread
  @CheckReturnValue
  Coroutine<byte[]> readLine();

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

  /// {@return its lines, each with its line feed} Counterpart: `async for line in content`.
  AsyncIterator<byte[]> lines();
}
