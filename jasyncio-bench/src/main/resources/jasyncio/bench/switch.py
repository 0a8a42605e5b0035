"""The same work as SwitchBenchmark, in CPython: prints `name nanoseconds` lines."""
import asyncio
import time

OPERATIONS = 100_000


async def yields(count):
    for _ in range(count):
        await asyncio.sleep(0)


async def tasks(count, each):
    await asyncio.gather(*(yields(each) for _ in range(count)))


async def callbacks():
    loop = asyncio.get_running_loop()
    for _ in range(OPERATIONS):
        future = loop.create_future()
        loop.call_soon(future.set_result, None)
        await future


async def spawn():
    for _ in range(OPERATIONS // 1000):
        await asyncio.gather(*(yields(0) for _ in range(1000)))


def measure(name, main):
    with asyncio.Runner() as runner:
        runner.run(main())  # warm-up
        passes = []
        for _ in range(5):
            start = time.perf_counter_ns()
            runner.run(main())
            passes.append((time.perf_counter_ns() - start) / OPERATIONS)
    print(name, sorted(passes)[2])


measure("yieldAlone", lambda: yields(OPERATIONS))
measure("switchBetween2", lambda: tasks(2, OPERATIONS // 2))
measure("switchBetween1000", lambda: tasks(1000, OPERATIONS // 1000))
measure("awaitCallback", callbacks)
measure("spawn", spawn)
