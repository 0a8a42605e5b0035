package jasyncio.http.server;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// The value of the `Date` field, written once a second.
final class HttpDate {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private long turn = Long.MIN_VALUE;
  private long second = Long.MIN_VALUE;
  private byte[] text = {};

  /// {@return the time} The clock is asked once a turn.
  ///
  /// @param turn of the loop
  byte[] inTurn(long turn) {
    if (turn != this.turn) {
      this.turn = turn;
      Instant now = Instant.now();
      if (now.getEpochSecond() != second) {
        second = now.getEpochSecond();
        text = FORMAT.format(now).getBytes(StandardCharsets.US_ASCII);
      }
    }
    return text;
  }
}
