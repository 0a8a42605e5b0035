package jasyncio.net;

/// A transport one can receive from. Counterpart: `asyncio.ReadTransport`.
public interface ReadTransport extends BaseTransport {
  /// {@return whether it receives: it is neither paused nor closing}
  boolean isReading();

  /// Gives the protocol no data until [#resumeReading()]; the system's buffers fill, and in the end
  /// the peer has to wait. Does nothing if it is paused or closing.
  void pauseReading();

  /// Goes on receiving. Does nothing if it is not paused, or closing.
  void resumeReading();
}
