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
  /// How long a closed connection may take to hand over what was written.
  static final Duration LINGERING_TIME = Duration.ofSeconds(30);

  private static final StreamOptions DEFAULTS =
      new StreamOptions(StreamReader.DEFAULT_LIMIT, null, null, null, false, null, LINGERING_TIME);

  private final int limit;
  private final @Nullable Tls tls;
  private final @Nullable Duration happyEyeballsDelay;
  private final @Nullable Integer interleave;
  private final boolean allErrors;
  private final @Nullable InetSocketAddress localAddress;
  private final Duration lingeringTime;

  private StreamOptions(
      int limit,
      @Nullable Tls tls,
      @Nullable Duration happyEyeballsDelay,
      @Nullable Integer interleave,
      boolean allErrors,
      @Nullable InetSocketAddress localAddress,
      Duration lingeringTime) {
    this.limit = limit;
    this.tls = tls;
    this.happyEyeballsDelay = happyEyeballsDelay;
    this.interleave = interleave;
    this.allErrors = allErrors;
    this.localAddress = localAddress;
    this.lingeringTime = lingeringTime;
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
    return new StreamOptions(
        limit, tls, happyEyeballsDelay, interleave, allErrors, localAddress, lingeringTime);
  }

  /// Encrypts the connection; null for plain text.
  ///
  /// @param tls the settings, or null for none
  /// @return a copy with that setting
  public StreamOptions withTls(@Nullable Tls tls) {
    return new StreamOptions(
        limit, tls, happyEyeballsDelay, interleave, allErrors, localAddress, lingeringTime);
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
    return new StreamOptions(limit, tls, delay, interleave, allErrors, localAddress, lingeringTime);
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
        limit, tls, happyEyeballsDelay, firstFamilyCount, allErrors, localAddress, lingeringTime);
  }

  /// Whether to throw all that went wrong with the addresses as an [jasyncio.ExceptionGroup], even
  /// if it is one only, instead of one [ConnectionError].
  ///
  /// @param allErrors whether
  /// @return a copy with that setting
  public StreamOptions withAllErrors(boolean allErrors) {
    return new StreamOptions(
        limit, tls, happyEyeballsDelay, interleave, allErrors, localAddress, lingeringTime);
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
        InetSocketAddress.createUnresolved(host, port),
        lingeringTime);
  }

  /// How long a connection without TLS may take, once it is closed and all output is with the
  /// system, until the peer has it. The socket stays for that time, ended on our side, and what
  /// comes in is dropped: a socket that is gone would answer with a reset, by which data that is
  /// still on its way is lost. If the time is up and some may be lost, [StreamWriter#waitClosed()]
  /// throws.
  ///
  /// 30 seconds if not set. Zero for no such wait, as in CPython: the system then goes on by
  /// itself, and tells nobody how it ends. With TLS [Tls#withShutdownTimeout] counts instead.
  ///
  /// @param time how long
  /// @return a copy with that setting
  /// @throws IllegalArgumentException if it is negative
  public StreamOptions withLingeringTime(Duration time) {
    return new StreamOptions(
        limit,
        tls,
        happyEyeballsDelay,
        interleave,
        allErrors,
        localAddress,
        checkLingeringTime(time));
  }

  static Duration checkLingeringTime(Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException("the lingering time must not be negative: " + time);
    }
    return time;
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

  /// {@return how long a closed connection without TLS may take to hand over what was written}
  public Duration lingeringTime() {
    return lingeringTime;
  }
}
