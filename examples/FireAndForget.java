import static jasyncio.Asyncio.*;

import jasyncio.*;

/// Fire and forget from code that is not asynchronous: a loop in the background, in one line.
final BackgroundLoop background = BackgroundLoop.start();

Coroutine<Void> saveStatistics(String page) {
  return async(() -> {
    await(sleep(millis(300))); // stands for a database
    if (page.isEmpty()) {
      throw new IllegalArgumentException("a page without a name");
    }
    IO.println("  saved a visit of " + page);
  });
}

String showPage(String page) {
  background.execute(saveStatistics(page)); // returns at once
  return "<h1>" + page + "</h1>";
}

void main() throws Exception {
  // Failures of forgotten work go to the exception handler; without one, to the log.
  background
      .submit(() -> {
        getRunningLoop().setExceptionHandler((_, report) -> IO.println("  " + report.exception()));
      })
      .get();

  IO.println(showPage("home"));
  IO.println(showPage("news"));
  IO.println(showPage(""));
  IO.println("all pages shown");

  background.close(); // waits for the work that was accepted
  IO.println("all visits saved");
}
