"""The micro workloads in CPython's asyncio, or in uvloop.

usage: micro.py WORKLOAD PEER    PEER is the name to print; uvloop is used if it begins with "uvloop"

Prints one line for each figure: `workload peer value unit`. Fewer operations than in Java, since
they take longer; every figure is per operation.
"""

import asyncio
import concurrent.futures
import gc
import random
import statistics
import sys
import threading
import time

PASSES = 3
PEER = sys.argv[2]


def show(metric, value, unit):
    print(metric, PEER, f"{value:.4g}" if value < 1000 else f"{value:.0f}", unit, flush=True)


def process_bytes(key):
    with open("/proc/self/status") as status:
        for line in status:
            name, _, rest = line.partition(":")
            if name == key:
                return int(rest.split()[0]) * 1024
    return 0


async def timed(metric, operations, body):
    """Shows the median of some passes after one that is not measured: wall time and CPU time."""
    await body()
    wall, cpu = [], []
    for _ in range(PASSES):
        gc.collect()
        wall_start, cpu_start = time.perf_counter_ns(), time.process_time_ns()
        await body()
        wall.append((time.perf_counter_ns() - wall_start) / operations)
        cpu.append((time.process_time_ns() - cpu_start) / operations)
    show(metric, statistics.median(wall), "ns")
    show(metric + ".cpu", statistics.median(cpu), "ns")


async def nothing():
    pass


def no_operation():
    pass


async def all_of(*coroutines):
    await asyncio.gather(*map(asyncio.create_task, coroutines))


async def yields(count):
    for _ in range(count):
        await asyncio.sleep(0)


async def w1_spawn():
    async def body():
        for _ in range(20):
            await all_of(*(nothing() for _ in range(10_000)))

    await timed("w1_spawn", 200_000, body)


async def w2_yield1():
    await timed("w2_yield1", 200_000, lambda: all_of(yields(200_000)))


async def w2_yield1000():
    await timed("w2_yield1000", 500_000, lambda: all_of(*(yields(500) for _ in range(1000))))


async def await_callback():
    async def body():
        loop = asyncio.get_running_loop()
        for _ in range(200_000):
            future = loop.create_future()
            loop.call_soon(future.set_result, None)
            await future

    await timed("await_callback", 200_000, body)


async def w3_queue():
    rounds = 50_000

    async def body():
        there, back = asyncio.Queue(1), asyncio.Queue(1)

        async def ping():
            for i in range(rounds):
                await there.put(i)
                await back.get()

        async def pong():
            for _ in range(rounds):
                await back.put(await there.get())

        await all_of(ping(), pong())

    await timed("w3_queue", rounds, body)


class FuturePingPong:
    """Two tasks that hand a fresh future to each other in turn."""

    def __init__(self):
        self.loop = asyncio.get_running_loop()
        self.first, self.second = self.loop.create_future(), self.loop.create_future()

    async def ping(self, rounds):
        for i in range(rounds):
            mine = self.second
            self.first.set_result(i)
            await mine

    async def pong(self, rounds):
        for _ in range(rounds):
            value = await self.first
            theirs = self.second
            self.first, self.second = self.loop.create_future(), self.loop.create_future()
            theirs.set_result(value)


async def w3_future():
    rounds = 50_000

    async def body():
        game = FuturePingPong()
        await all_of(game.ping(rounds), game.pong(rounds))

    await timed("w3_future", rounds, body)


async def through_queue(producers, items):
    queue = asyncio.Queue(100)

    async def produce():
        for i in range(items):
            await queue.put(i)

    async def consume():
        for _ in range(producers * items):
            await queue.get()

    await all_of(consume(), *(produce() for _ in range(producers)))


async def w4_1p1c():
    await timed("w4_1p1c", 200_000, lambda: through_queue(1, 200_000))


async def w4_100p1c():
    await timed("w4_100p1c", 200_000, lambda: through_queue(100, 2_000))


async def w5_sleep():
    chance = random.Random(42)
    before = process_bytes("VmRSS")
    start = time.perf_counter()
    await all_of(*(asyncio.sleep(chance.random()) for _ in range(1_000_000)))
    show("w5_sleep_total", (time.perf_counter() - start) * 1000, "ms")
    show("w5_sleep_rss", (process_bytes("VmHWM") - before) / 2**20, "MiB")


async def w5_cancel():
    async def body():
        loop = asyncio.get_running_loop()
        timers = [loop.call_later(60 + i / 1e6, no_operation) for i in range(200_000)]
        for timer in timers:
            timer.cancel()
        await asyncio.sleep(0)

    await timed("w5_cancel", 200_000, body)


async def w6_mem():
    count = 1_000_000
    gc.collect()
    before = process_bytes("VmRSS")
    events = [asyncio.Event() for _ in range(count)]
    tasks = [asyncio.create_task(event.wait()) for event in events]
    await yields(3)
    gc.collect()
    show("w6_rss", (process_bytes("VmRSS") - before) / count, "B")
    for event in events:
        event.set()
    await asyncio.gather(*tasks)


async def w7_call():
    count = 300_000

    async def body():
        loop = asyncio.get_running_loop()
        last = loop.create_future()
        calls = 0

        def callback():
            nonlocal calls
            calls += 1
            if calls == count:
                last.set_result(None)

        def post():
            for _ in range(count):
                loop.call_soon_threadsafe(callback)

        poster = threading.Thread(target=post)
        poster.start()
        await last
        poster.join()

    await timed("w7_call", count, body)


async def w7_rt():
    count = 10_000

    async def body():
        loop = asyncio.get_running_loop()

        def ask():
            for _ in range(count):
                asyncio.run_coroutine_threadsafe(nothing(), loop).result()

        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            await loop.run_in_executor(pool, ask)

    await timed("w7_rt", count, body)


async def w8_rt():
    async def body():
        for _ in range(10_000):
            await asyncio.to_thread(no_operation)

    await timed("w8_rt", 10_000, body)


async def w8_block():
    loop = asyncio.get_running_loop()
    for metric, pool in (
        ("w8_block64", concurrent.futures.ThreadPoolExecutor(64)),
        ("w8_blockdef", None),
    ):
        start = time.perf_counter()
        await asyncio.gather(*(loop.run_in_executor(pool, time.sleep, 0.01) for _ in range(10_000)))
        show(metric, (time.perf_counter() - start) * 1000, "ms")


async def w9_agen():
    count = 1_000_000

    async def numbers():
        for i in range(count):
            yield i

    async def body():
        total = 0
        async for i in numbers():
            total += i
        assert total > 0

    await timed("w9_agen", count, body)


async def w10_lock():
    times = 1_000

    async def body():
        lock = asyncio.Lock()

        async def compete():
            for _ in range(times):
                async with lock:
                    await asyncio.sleep(0)

        await all_of(*(compete() for _ in range(100)))

    await timed("w10_lock", 100 * times, body)


async def w16_subproc():
    async def spawn():
        process = await asyncio.create_subprocess_exec("true")
        await process.wait()

    for _ in range(20):
        await spawn()
    start = time.perf_counter()
    for _ in range(500):
        await spawn()
    show("w16_subproc", (time.perf_counter() - start) * 1000 / 500, "ms")


async def hello():
    await asyncio.sleep(0.001)
    print("hello")


if __name__ == "__main__":
    main = globals()[sys.argv[1]]
    if PEER.startswith("uvloop"):
        import uvloop

        uvloop.install()
    asyncio.run(main())
