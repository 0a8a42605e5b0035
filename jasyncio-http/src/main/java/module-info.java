/// An HTTP client session and an HTTP server application on the event loop.
@org.jspecify.annotations.NullMarked
module jasyncio.http {
  requires static transitive org.jspecify;
  requires transitive jasyncio.net;
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.codec.http;
  requires io.netty.common;
  requires io.netty.handler;
  requires io.netty.transport;

  exports jasyncio.http;
  exports jasyncio.http.client;
  exports jasyncio.http.server;
}
