package jasyncio.net;

/// Whom a server tells apart: the connections it has accepted. Called on their loops, from inside
/// their wires.
interface Clients {
  /// One is there.
  void attached(StreamTransport transport);

  /// One has ended, or never was there.
  void detached(StreamTransport transport);
}
