package jasyncio.net;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/// Options of [Net#openConnection(String, int, StreamOptions)] and of the other functions that
/// connect. Immutable: each `with` method returns a changed copy.
///
/// Counterpart: the arguments of `asyncio.open_connection` and `loop.create_connection`.
public final class StreamOptions {
  private static final StreamOptions DEFAULTS =
      new StreamOptions(StreamReader.DEFAULT_LIMIT, null, null, null, false, null);

  private final int limit;
  private final @Nullable Tls tls;
  private final @Nullable Duration happyEyeballsDelay;
  private final @Nullable Integer interleave;
  private final boolean allErrors;
  private final @Nullable InetSocketAddress localAddress;

  private StreamOptions(
      int limit,
      @Nullable Tls tls,
      @Nullable Duration happyEyeballsDelay,
      @Nullable Integer interleave,
      boolean allErrors,
      @Nullable InetSocketAddress localAddress) {
    this.limit = limit;
    this.tls = tls;
    this.happyEyeballsDelay = happyEyeballsDelay;
    this.interleave = interleave;
    this.allErrors = allErrors;
    this.localAddress = localAddress;
  }

  /// {@return a limit of 64 KiB, no TLS, one address after the other}
  public static StreamOptions defaults() {
    return DEFAULTS;
  }

  /// Sets the reader's limit: the longest line in bytes, and half of what is buffered.
  ///
  /// @param limit how many bytes
  /// @return a copy with that setting
  public StreamOptions withLimit(int limit) {
    return new StreamOptions(limit, tls, happyEyeballsDelay, interleave, allErrors, localAddress);
  }

  /// Encrypts the connection; null for plain text.
  ///
  /// @param tls the settings, or null for none
  /// @return a copy with that setting
  public StreamOptions withTls(@Nullable Tls tls) {
    return new StreamOptions(limit, tls, happyEyeballsDelay, interleave, allErrors, localAddress);
  }

  /// Tries the next address of the host when the one before has not answered within `delay`, or has
  /// failed, and takes the first connection that is there: RFC 8305, which advises 250 ms. Null for
  /// one address after the other, each until it fails.
  ///
  /// @param delay how long, or null
  /// @return a copy with that setting
  /// @throws IllegalArgumentException if it is negative
  public StreamOptions withHappyEyeballsDelay(@Nullable Duration delay) {
    if (delay != null && delay.isNegative()) {
      throw new IllegalArgumentException("happy_eyeballs_delay must not be negative: " + delay);
    }
    return new StreamOptions(limit, tls, delay, interleave, allErrors, localAddress);
  }

  /// Takes the addresses of IPv6 and IPv4 in turns, after so many of the family that the resolver
  /// names first; 0 for the resolver's order. Unless set it is 1 with [#withHappyEyeballsDelay],
  /// else 0.
  ///
  /// @param firstFamilyCount how many
  /// @return a copy with that setting
  /// @throws IllegalArgumentException if it is negative
  public StreamOptions withInterleave(int firstFamilyCount) {
    if (firstFamilyCount < 0) {
      throw new IllegalArgumentException("interleave must not be negative: " + firstFamilyCount);
    }
    return new StreamOptions(
        limit, tls, happyEyeballsDelay, firstFamilyCount, allErrors, localAddress);
  }

  /// Whether to throw all that went wrong with the addresses as an [jasyncio.ExceptionGroup], even
  /// if it is one only, instead of one [ConnectionError].
  ///
  /// @param allErrors whether
  /// @return a copy with that setting
  public StreamOptions withAllErrors(boolean allErrors) {
    return new StreamOptions(limit, tls, happyEyeballsDelay, interleave, allErrors, localAddress);
  }

  /// Connects from this address: of a name, the first address that is of the same family as that of
  /// the host connected to, and free. Counterpart: the argument `local_addr`.
  ///
  /// @param host a name or an address of this machine
  /// @param port 0 for a free one
  /// @return a copy with that setting
  /// @throws IllegalArgumentException if the port is none
  public StreamOptions withLocalAddress(String host, int port) {
    return new StreamOptions(
        limit,
        tls,
        happyEyeballsDelay,
        interleave,
        allErrors,
        InetSocketAddress.createUnresolved(host, port));
  }

  /// {@return the reader's limit in bytes}
  public int limit() {
    return limit;
  }

  /// {@return how it is encrypted, or null}
  public @Nullable Tls tls() {
    return tls;
  }

  /// {@return how long one address may take before the next is tried beside it, or null}
  public @Nullable Duration happyEyeballsDelay() {
    return happyEyeballsDelay;
  }

  /// {@return how many addresses of the first family come first; empty if not set}
  public OptionalInt interleave() {
    return interleave == null ? OptionalInt.empty() : OptionalInt.of(interleave);
  }

  /// {@return whether all errors are thrown as a group}
  public boolean allErrors() {
    return allErrors;
  }

  /// {@return where to connect from, a name or an address not looked up yet; null for the system's
  /// choice}
  public @Nullable InetSocketAddress localAddress() {
    return localAddress;
  }
}
