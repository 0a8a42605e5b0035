import static jasyncio.Asyncio.*;

import jasyncio.*;
import jasyncio.http.client.*;
import jasyncio.http.server.*;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Downloads pages at the same time, and prints of each its status, time, size and first lines, in
/// the order of the list.
///
///     ./jasyncio run examples/PagePreviews.java [URL...]
///
/// Without URLs it first starts a web site of its own, in the same loop, some of whose pages fail
/// on purpose. The exit status is 1 if a page fails that was not meant to.

/// A page, and how it is meant to end: "ok" or the kind of its failure.
record Page(String url, String plan) {}

/// How it ended: `outcome` is what `plan` is compared with.
record Preview(
    Page page, String outcome, String status, long bytes, List<String> lines, long nanos) {
  boolean isAsPlanned() {
    return outcome.equals(page.plan);
  }
}

final int LINES = 3;
final int WIDTH = 72;

// ---- the client: what this example is about ----

Coroutine<Preview> preview(ClientSession session, Page page) {
  return async(() -> {
    long start = System.nanoTime();
    try (var response = await(session.get(page.url))) {
      byte[] body = await(response.read());
      String outcome = response.ok() ? "ok" : "status " + response.status();
      String status = response.status() + " " + response.reason();
      for (var redirect : response.history()) {
        status = redirect.status() + " -> " + status;
      }
      List<String> lines = firstLines(await(response.text()));
      return new Preview(page, outcome, status, body.length, lines, System.nanoTime() - start);
    } catch (TimeoutError e) {
      return failed(page, "timeout", e, start);
    } catch (ClientConnectorError e) {
      return failed(page, "no connection", e, start);
    } catch (ClientError e) {
      return failed(page, "error", e, start);
    }
  });
}

Preview failed(Page page, String outcome, Exception reason, long start) {
  List<String> why = List.of(reason.getClass().getSimpleName() + ": " + reason.getMessage());
  return new Preview(page, outcome, "failed", 0, why, System.nanoTime() - start);
}

/// The first lines that are not empty, made fit for a terminal: a page must not control it.
List<String> firstLines(String text) {
  return text.lines()
      .map(line -> line.replaceAll("\\p{Cntrl}+", " ").strip())
      .filter(line -> !line.isEmpty())
      .limit(LINES)
      .map(line -> line.length() <= WIDTH ? line : line.substring(0, WIDTH - 3) + "...")
      .toList();
}

/// Downloads all of them at once and prints them; returns whether all ended as planned.
boolean previewAll(List<Page> pages, Duration timeout) {
  long start = System.nanoTime();
  var options = SessionOptions.defaults().withTimeout(ClientTimeout.ofTotal(timeout));
  var progress = new Progress(pages.size());
  List<Preview> previews;
  try (var session = new ClientSession(options)) {
    List<Task<Preview>> tasks = new ArrayList<>();
    for (Page page : pages) {
      Task<Preview> task = createTask(preview(session, page));
      task.addDoneCallback(_ -> progress.step());
      tasks.add(task);
    }
    previews = await(gather(tasks));
  } finally {
    progress.erase();
  }
  long wall = System.nanoTime() - start;
  previews.forEach(this::print);
  long sum = previews.stream().mapToLong(Preview::nanos).sum();
  long unplanned = previews.stream().filter(preview -> !preview.isAsPlanned()).count();
  IO.println(
      "%d pages in %.2f s; one after the other they take %.2f s%s"
          .formatted(
              pages.size(),
              wall / 1e9,
              sum / 1e9,
              unplanned == 0 ? "" : "; " + unplanned + " failed"));
  return unplanned == 0;
}

void print(Preview preview) {
  IO.println(
      "%s  %s  %.3f s  %d bytes"
          .formatted(preview.page.url, preview.status, preview.nanos / 1e9, preview.bytes));
  preview.lines.forEach(line -> IO.println("    " + line));
}

/// How many pages are done, in one line that is written over; on a terminal only.
class Progress {
  private final boolean shown = System.console() != null && System.console().isTerminal();
  private final int total;
  private int done;

  Progress(int total) {
    this.total = total;
    show();
  }

  void step() {
    done++;
    show();
  }

  private void show() {
    if (shown) {
      IO.print("\r" + done + " of " + total + " pages");
    }
  }

  void erase() {
    if (shown) {
      IO.print("\r" + " ".repeat(40) + "\r");
    }
  }
}

// ---- the web site that is shown without URLs ----

Application demoSite() {
  var site = new Application();
  site.addGet(
      "/story/{number}",
      request -> {
        int number = Integer.parseInt(request.matchInfo("number"));
        await(sleep(millis(50 + number * 137 % 451)));
        return Response.html(
            "<title>Story %d</title>\n\n<p>It was loop turn %d, and nothing was ready.\n\n\n"
                    .formatted(number, number * 7)
                + "<p>Then a socket spoke.\n<p>This is the fourth line, which no preview shows.\n");
      });
  site.addGet(
      "/moved",
      _ -> {
        await(sleep(millis(60)));
        return Response.redirect("/story/2");
      });
  site.addGet(
      "/missing",
      _ -> {
        await(sleep(millis(120)));
        throw new HttpException(404);
      });
  site.addGet(
      "/hangs",
      _ -> {
        await(sleep(seconds(3600)));
        return Response.text("too late");
      });
  site.addGet(
      "/gzip",
      _ -> {
        await(sleep(millis(200)));
        return Response.text("sent as a few hundred bytes\n".repeat(2000)).withCompression();
      });
  site.addGet(
      "/latin1",
      _ -> {
        await(sleep(millis(300)));
        return Response.text("Grüße aus Malmö\nsmørrebrød, crème brûlée, ¿qué tal?\n")
            .withCharset(StandardCharsets.ISO_8859_1);
      });
  return site;
}

List<Page> demoPages(String site, String nobody) {
  List<Page> pages = new ArrayList<>();
  for (int number = 1; number <= 14; number++) {
    pages.add(new Page(site + "/story/" + number, "ok"));
  }
  pages.add(3, new Page(site + "/moved", "ok"));
  pages.add(5, new Page(site + "/missing", "status 404"));
  pages.add(8, new Page(site + "/hangs", "timeout"));
  pages.add(10, new Page(nobody + "/", "no connection"));
  pages.add(12, new Page(site + "/gzip", "ok"));
  pages.add(14, new Page(site + "/latin1", "ok"));
  return pages;
}

boolean demo() throws IOException {
  var limits = RunnerOptions.defaults().withShutdownTimeout(Duration.ZERO); // one handler hangs
  try (var runner = new AppRunner(demoSite(), limits)) {
    await(runner.setup());
    var site = new TcpSite(runner, "127.0.0.1", 0);
    await(site.start());
    String nobody;
    try (var socket = new ServerSocket(0)) { // a port on which nobody listens any more
      nobody = "http://127.0.0.1:" + socket.getLocalPort();
    }
    return previewAll(demoPages(site.name(), nobody), seconds(2));
  }
}

void main(String[] urls) {
  boolean asPlanned =
      run(() -> {
        if (urls.length == 0) {
          return demo();
        }
        List<Page> pages = new ArrayList<>();
        for (String url : urls) {
          pages.add(new Page(url, "ok"));
        }
        return previewAll(pages, seconds(10));
      });
  if (!asPlanned) {
    System.exit(1);
  }
}
