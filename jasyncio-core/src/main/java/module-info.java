/// The event loop, futures, tasks, combinators, timeouts and context variables: asyncio without the
/// network.
@org.jspecify.annotations.NullMarked
module jasyncio.core {
  requires static transitive org.jspecify;
  requires jasyncio.engine;
  requires static java.management; // for debug mode

  uses jasyncio.spi.ThreadLocalCarrier;

  exports jasyncio;
  exports jasyncio.spi;
  exports jasyncio.sync;
}
