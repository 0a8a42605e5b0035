package jasyncio.net.testing;

/// One end of a connection in a [SimulatedNetwork], for tests that do something to it:
/// `(SimulatedConnection) transport.getExtraInfo("simulated")`. Used on the loop.
public interface SimulatedConnection {
  /// Resets the connection: the other end learns of it, with a [jasyncio.net.ConnectionResetError],
  /// and this one too.
  void reset();

  /// Ends this side without a word, as if the machine had lost its power: the other one stays half
  /// open, until it sends something and nobody takes it.
  void vanish();
}
