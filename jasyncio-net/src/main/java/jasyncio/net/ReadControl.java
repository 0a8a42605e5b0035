package jasyncio.net;

/// What a [StreamReader] can tell the connection it is fed from.
interface ReadControl {
  void pauseReading();

  void resumeReading();
}
