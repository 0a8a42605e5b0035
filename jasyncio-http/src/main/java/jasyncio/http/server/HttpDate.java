package jasyncio.http.server;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// The value of the `Date` field, written once a second.
final class HttpDate {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private long second = Long.MIN_VALUE;
  private String text = "";

  String now() {
    Instant now = Instant.now();
    if (now.getEpochSecond() != second) {
      second = now.getEpochSecond();
      text = FORMAT.format(now);
    }
    return text;
  }
}
