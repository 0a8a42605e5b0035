"""w13_client and w13_warm with aiohttp: gets one page very often, a hundred requests under way.

usage: fetch.py w13_client|w13_warm PEER URL    PEER: aiohttp, or aiohttp-uvloop
"""

import asyncio
import sys
import time

import aiohttp

WORKLOAD, PEER, URL = sys.argv[1:4]
CONCURRENCY = 100
WARM_UPS = 100_000 if WORKLOAD == "w13_warm" else 2_000
REQUESTS = 20_000


async def fetch(session, count):
    numbers = iter(range(count))

    async def work():
        for _ in numbers:
            async with session.get(URL) as response:
                page = await response.read()
                assert response.status == 200 and len(page) >= 100

    await asyncio.gather(*(work() for _ in range(CONCURRENCY)))


async def main():
    connector = aiohttp.TCPConnector(limit=CONCURRENCY)
    async with aiohttp.ClientSession(connector=connector) as session:
        await fetch(session, WARM_UPS)
        wall, cpu = time.perf_counter(), time.process_time()
        await fetch(session, REQUESTS)
        rate = REQUESTS / (time.perf_counter() - wall)
        each = (time.process_time() - cpu) * 1e6 / REQUESTS
        print(WORKLOAD, PEER, f"{rate:.0f}", "req/s")
        print(WORKLOAD + ".cpu", PEER, f"{each:.4g}", "us")


if "uvloop" in PEER:
    import uvloop

    uvloop.install()
asyncio.run(main())
