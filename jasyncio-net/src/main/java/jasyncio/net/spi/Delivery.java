package jasyncio.net.spi;

/// Whether all that a connection has sent is in the hands of the peer's system, once our side has
/// been ended.
public enum Delivery {
  /// It is.
  DONE,

  /// Not yet.
  UNDER_WAY,

  /// The system cannot be asked.
  UNKNOWN
}
