package jasyncio.testing;

import static jasyncio.Asyncio.await;
import static jasyncio.Asyncio.createTask;
import static jasyncio.Asyncio.getRunningLoop;
import static jasyncio.Asyncio.millis;
import static jasyncio.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import jasyncio.AsyncAction;
import jasyncio.Asyncio;
import jasyncio.CancelledError;
import jasyncio.Explore;
import jasyncio.Future;
import jasyncio.Task;
import jasyncio.sync.Event;
import jasyncio.sync.Lock;
import jasyncio.sync.Queue;
import jasyncio.sync.Semaphore;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Small programs with a known fault, each of which goes well in order of arrival; and the same
/// without the fault, which goes well always.
enum PlantedDefect {
  LOST_UPDATE("A balance is read, and written after an await") {
    @Override
    void run(boolean mended) {
      int[] balance = {0};
      Lock lock = new Lock();
      AsyncAction unguarded =
          () -> {
            int before = balance[0];
            io("save");
            balance[0] = before + 1;
          };
      AsyncAction add = mended ? () -> await(lock.with(unguarded)) : unguarded;
      together(add, after(4, add));
      assertThat(balance[0]).isEqualTo(2);
    }
  },

  CHECK_THEN_ACT("A cache looks whether it has a page, loads it, and then stores it") {
    @Override
    void run(boolean mended) {
      Map<String, Task<String>> loading = new HashMap<>();
      Map<String, String> cache = new HashMap<>();
      int[] loads = {0};
      AsyncAction get =
          () -> {
            if (mended) {
              await(loading.computeIfAbsent("page", _ -> createTask(() -> load(loads))));
            } else if (!cache.containsKey("page")) {
              cache.put("page", load(loads));
            }
          };
      together(get, after(4, get));
      assertThat(loads[0]).as("loads").isEqualTo(1);
    }

    private static String load(int[] loads) {
      loads[0]++;
      io("download");
      return "text";
    }
  },

  LOST_WAKE_UP("A home-made latch is looked at, and waited for after an await") {
    @Override
    void run(boolean mended) {
      boolean[] open = {false};
      List<Future<@Nullable Void>> waiters = new ArrayList<>();
      together(
          () -> {
            if (!open[0]) {
              Future<@Nullable Void> waiter = getRunningLoop().createFuture();
              if (mended) {
                waiters.add(waiter);
              }
              io("log that it waits");
              if (!mended) {
                waiters.add(waiter);
              }
              await(waiter);
            }
          },
          after(
              3,
              () -> {
                open[0] = true;
                waiters.forEach(waiter -> waiter.setResult(null));
              }));
    }
  },

  LOCK_NOT_PASSED_ON("A waiter that is cancelled after it was woken does not wake the next") {
    @Override
    void run(boolean mended) {
      BrokenLock lock =
          new BrokenLock(mended ? BrokenLock.Defect.NONE : BrokenLock.Defect.LOSES_WAKE_UP);
      AsyncAction useLock =
          () -> {
            lock.acquire();
            try {
              steps(4);
            } finally {
              lock.release();
            }
          };
      Task<?> first = createTask(useLock);
      Task<?> second = createTask(useLock);
      Task<?> third = createTask(useLock);
      Task<?> impatient = createTask(after(2, second::cancel));
      await(Asyncio.wait(List.of(first, second, third, impatient)));
    }
  },

  DOUBLE_RELEASE("A connection is given back by its user and by a reaper, both after an await") {
    @Override
    void run(boolean mended) {
      ArrayDeque<String> idle = new ArrayDeque<>();
      boolean[] released = {false};
      AsyncAction release =
          () -> {
            if (!released[0]) {
              if (mended) {
                released[0] = true;
              }
              io("reset the connection");
              released[0] = true;
              idle.add("connection");
            }
          };
      together(release, after(5, release));
      assertThat(idle).hasSize(1);
    }
  },

  LOCKS_IN_OPPOSITE_ORDER("Two tasks take the same two locks, each the other one first") {
    @Override
    void run(boolean mended) {
      Lock first = new Lock();
      Lock second = new Lock();
      together(
          () -> takeBoth(first, second),
          after(8, () -> takeBoth(mended ? first : second, mended ? second : first)));
    }

    private static void takeBoth(Lock one, Lock other) {
      await(
          one.with(() -> {
            io("look");
            await(other.with(() -> io("transfer")));
          }));
    }
  },

  BARGING("A home-made semaphore does not look again after it was woken") {
    @Override
    void run(boolean mended) {
      int[] permits = {1};
      ArrayDeque<Future<@Nullable Void>> waiters = new ArrayDeque<>();
      AsyncAction use =
          () -> {
            while (permits[0] == 0) {
              Future<@Nullable Void> waiter = getRunningLoop().createFuture();
              waiters.add(waiter);
              await(waiter);
              if (!mended) {
                break;
              }
            }
            permits[0]--;
            assertThat(permits[0]).as("permits").isNotNegative();
            io("use");
            permits[0]++;
            Future<@Nullable Void> next = waiters.poll();
            if (next != null) {
              next.setResult(null);
            }
          };
      together(use, use, after(6, use));
    }
  },

  ITEM_LOST_BY_CANCEL("An item is taken from a queue, and dealt with after an await") {
    @Override
    void run(boolean mended) {
      Queue<String> queue = new Queue<>();
      List<String> got = new ArrayList<>();
      Task<?> consumer =
          createTask(() -> {
            String item = await(queue.get());
            if (!mended) {
              io("log");
            }
            got.add(item);
          });
      Task<?> producer = createTask(() -> await(queue.put("item")));
      Task<?> impatient = createTask(after(5, consumer::cancel));
      await(Asyncio.wait(List.of(consumer, producer, impatient)));
      assertThat(got.size() + queue.qsize()).as("items").isEqualTo(1);
    }
  },

  TORN_READ("Two fields that belong together are written with an await between them") {
    @Override
    void run(boolean mended) {
      String[] address = {"old", "old"};
      together(
          () -> {
            address[0] = "new";
            if (!mended) {
              io("resolve");
            }
            address[1] = "new";
          },
          after(3, () -> assertThat(address[0]).isEqualTo(address[1])));
    }
  },

  SHUTDOWN_RACE("A server that closes forgets the session that is being opened") {
    @Override
    void run(boolean mended) {
      boolean[] closed = {false};
      Set<String> open = new HashSet<>();
      together(
          () -> {
            if (!closed[0]) {
              io("handshake");
              if (!mended || !closed[0]) {
                open.add("session");
              }
            }
          },
          after(
              4,
              () -> {
                closed[0] = true;
                open.clear();
              }));
      assertThat(open).isEmpty();
    }
  },

  CLEARED_TOO_LATE("A consumer clears its event after it has dealt with what was there") {
    @Override
    void run(boolean mended) {
      Event event = new Event();
      ArrayDeque<String> items = new ArrayDeque<>();
      together(
          () -> {
            for (int done = 0; done < 2; ) {
              await(event.waitSet());
              if (mended) {
                event.clear();
              }
              while (items.poll() != null) {
                done++;
              }
              io("log");
              if (!mended && done < 2) {
                event.clear();
              }
            }
          },
          () -> {
            for (int i = 0; i < 2; i++) {
              steps(4);
              items.add("item " + i);
              event.set();
            }
          });
    }
  },

  WRONG_RESPONSE("Requests are written and noted in two steps, so in two orders") {
    @Override
    void run(boolean mended) {
      List<String> written = new ArrayList<>();
      List<String> noted = new ArrayList<>();
      together(send("first", written, noted, mended), send("second", written, noted, mended));
      assertThat(noted).isEqualTo(written);
    }

    private static AsyncAction send(
        String request, List<String> written, List<String> noted, boolean mended) {
      return () -> {
        written.add(request);
        if (!mended) {
          io("drain");
        }
        noted.add(request);
      };
    }
  },

  COUNTED_TOO_LATE("Tasks count themselves when they begin, not when they are made") {
    @Override
    void run(boolean mended) {
      int[] running = {mended ? 3 : 0};
      int[] done = {0};
      Event none = new Event();
      List<Task<?>> tasks = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        tasks.add(
            createTask(() -> {
              if (!mended) {
                running[0]++;
              }
              io("work");
              done[0]++;
              if (--running[0] == 0) {
                none.set();
              }
            }));
      }
      await(none.waitSet());
      assertThat(done[0]).isEqualTo(3);
      await(Asyncio.wait(tasks));
    }
  },

  KEPT_AFTER_FAILURE("A permit is not given back if the request fails") {
    @Override
    void run(boolean mended) {
      FaultPoint network = FaultPoint.of("network").failing(() -> new IOException("reset"));
      Semaphore permits = new Semaphore(1);
      AsyncAction request =
          () -> {
            await(permits.acquire());
            boolean answered = false;
            try {
              await(network.answer("page"), IOException.class);
              answered = true;
            } catch (IOException e) {
              assertThat(e).hasMessage("reset");
            }
            if (mended || answered) {
              permits.release();
            }
          };
      together(request, request);
    }
  },

  STALE_ANSWER("The answer that comes last is shown, not that to the last question") {
    @Override
    void run(boolean mended) {
      FaultPoint search = FaultPoint.of("search").late(millis(500));
      String[] shown = {""};
      int[] last = {0};
      List<Task<?>> tasks = new ArrayList<>();
      for (String typed : List.of("a", "as", "asy")) {
        int mine = ++last[0];
        tasks.add(
            createTask(() -> {
              String answer = await(search.answer("results for " + typed));
              if (!mended || mine == last[0]) {
                shown[0] = answer;
              }
            }));
        await(sleep(millis(100)));
      }
      await(Asyncio.wait(tasks));
      assertThat(shown[0]).isEqualTo("results for asy");
    }
  },

  EXPIRED_LEASE("A leader writes after its lease has been taken over, if it is slow enough") {
    @Override
    void run(boolean mended) {
      String[] owner = {"first"};
      List<String> written = new ArrayList<>();
      together(
          () -> {
            if (owner[0].equals("first")) {
              io("prepare");
              if (!mended || owner[0].equals("first")) {
                written.add("first");
              }
            }
          },
          () -> {
            steps(10); // heartbeats that are missed
            owner[0] = "second";
            written.add("second");
          });
      assertThat(written).endsWith("second");
    }
  },

  INTERLEAVED_WRITES("Two tasks write a head and a body, each with an await between them") {
    @Override
    void run(boolean mended) {
      List<String> wire = new ArrayList<>();
      Lock lock = new Lock();
      AsyncAction message =
          () -> {
            wire.add("head");
            io("drain");
            wire.add("body");
            io("drain");
          };
      AsyncAction send = mended ? () -> await(lock.with(message)) : message;
      together(send, after(4, send));
      assertThat(wire).containsExactly("head", "body", "head", "body");
    }
  },

  SWALLOWED_CANCEL("A worker that is cancelled while it reports takes that for a failed report") {
    @Override
    void run(boolean mended) {
      int[] reports = {0};
      Task<?> worker =
          createTask(() -> {
            steps(3);
            try {
              io("report");
              reports[0]++;
            } catch (CancelledError e) {
              if (mended) {
                throw e;
              }
            }
            await(sleep(millis(100)));
          });
      Task<?> boss =
          createTask(() -> {
            steps(9); // by then it has reported
            worker.cancel();
          });
      await(Asyncio.wait(List.of(worker, boss)));
      assertThat(worker.cancelled()).as("cancelled, after %s reports", reports[0]).isTrue();
    }
  },

  LAST_ITEM_DROPPED("A consumer looks whether the queue is empty, then whether it is closed") {
    @Override
    void run(boolean mended) {
      ArrayDeque<Integer> items = new ArrayDeque<>();
      boolean[] closed = {false};
      List<Integer> taken = new ArrayList<>();
      together(
          () -> {
            while (true) {
              boolean last = closed[0];
              boolean none = items.isEmpty();
              if (none) {
                io("wait");
              }
              if (none && (mended ? last : closed[0])) {
                return;
              }
              if (!items.isEmpty()) {
                taken.add(items.remove());
              }
            }
          },
          () -> {
            items.add(1);
            steps(2);
            items.add(2);
            io("close");
            closed[0] = true;
          });
      assertThat(items).isEmpty();
    }
  },

  REFRESHED_TWICE(
      "Two requests find the token expired; the second to refresh revokes the first's") {
    @Override
    void run(boolean mended) {
      int[] valid = {1};
      int[] token = {0};
      Lock refreshing = new Lock();
      AsyncAction refresh =
          () -> {
            if (token[0] == 0) {
              io("refresh");
              int fresh = ++valid[0];
              io("answer");
              token[0] = fresh;
            }
          };
      AsyncAction request =
          () -> {
            if (mended) {
              await(refreshing.with(refresh));
            } else {
              refresh.run();
            }
            int used = token[0];
            assertThat(used).as("the token that is sent").isEqualTo(valid[0]);
          };
      together(request, after(5, request));
    }
  };

  private final String fault;

  PlantedDefect(String fault) {
    this.fault = fault;
  }

  /// What is wrong, in a sentence.
  String fault() {
    return fault;
  }

  /// Runs the program once, in the main task of a loop.
  ///
  /// @param mended whether without the fault
  abstract void run(boolean mended) throws Throwable;

  /// Where the real program would await.
  private static void io(String what) {
    Explore.point(what);
  }

  private static void steps(int n) {
    for (int i = 0; i < n; i++) {
      io("step");
    }
  }

  /// The same a few steps later, so that in order of arrival it comes second.
  private static AsyncAction after(int steps, AsyncAction action) {
    return () -> {
      steps(steps);
      action.run();
    };
  }

  private static void together(AsyncAction... actions) {
    List<Task<?>> tasks = new ArrayList<>();
    for (AsyncAction action : actions) {
      tasks.add(createTask(action));
    }
    for (Task<?> task : tasks) {
      await(task);
    }
  }
}
