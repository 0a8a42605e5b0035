/// Streams, servers and TLS: asyncio's network layer, on Netty's transports.
@org.jspecify.annotations.NullMarked
module jasyncio.net {
  requires static transitive org.jspecify;
  requires transitive jasyncio.core;
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.common;
  requires io.netty.handler;
  requires io.netty.transport;
  requires io.netty.transport.unix.common;
  requires static io.netty.transport.classes.epoll;
  requires static io.netty.transport.classes.io_uring;
  requires static io.netty.transport.classes.kqueue;

  exports jasyncio.net;
  exports jasyncio.net.testing;
  exports jasyncio.net.netty to
      jasyncio.http,
      jasyncio.tools;
}
