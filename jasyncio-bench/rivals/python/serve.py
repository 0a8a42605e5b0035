"""The servers on CPython's asyncio, uvloop and aiohttp.

usage: serve.py serve_echo|serve_tls|serve_http PEER PORT [FOLDER]

PEER asyncio, uvloop: streams; asyncio-proto, uvloop-proto: protocols; aiohttp, aiohttp-uvloop: the
web framework. FOLDER has cert.pem and key.pem.
"""

import asyncio
import ssl
import sys

KIND, PEER, PORT = sys.argv[1], sys.argv[2], int(sys.argv[3])
BACKLOG = 4096
HOST = "127.0.0.1"


class Echo(asyncio.Protocol):
    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.transport.write(data)


async def echo(reader, writer):
    try:
        while data := await reader.read(16 * 1024):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass  # the client went away
    finally:
        writer.close()


def tls():
    if KIND != "serve_tls":
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(sys.argv[4] + "/cert.pem", sys.argv[4] + "/key.pem")
    return context


async def start_site():
    from aiohttp import web

    async def plain(request):
        return web.Response(text="Hello, World!")

    async def json(request):
        return web.json_response({"message": "Hello, World!"})

    application = web.Application()
    application.router.add_get("/", plain)
    application.router.add_get("/json", json)
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, HOST, PORT, backlog=BACKLOG).start()


async def main():
    if KIND == "serve_http":
        await start_site()
    elif PEER.endswith("-proto"):
        loop = asyncio.get_running_loop()
        await loop.create_server(Echo, HOST, PORT, backlog=BACKLOG, ssl=tls())
    else:
        await asyncio.start_server(echo, HOST, PORT, backlog=BACKLOG, ssl=tls())
    print("READY", flush=True)
    await asyncio.get_running_loop().create_future()


if "uvloop" in PEER:
    import uvloop

    uvloop.install()
asyncio.run(main())
