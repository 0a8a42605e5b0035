import static jasyncio.Asyncio.*;

import io.lettuce.core.*;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.resource.*;
import io.netty.channel.EventLoopGroup;
import io.netty.util.concurrent.*;
import io.netty.util.concurrent.Future;
import jasyncio.*;
import jasyncio.net.netty.NettyBridge;
import java.util.concurrent.TimeUnit;

/// The loop as Netty's event loop group, for a client library that is built on Netty: Lettuce, for
/// Redis. Its sockets are polled by the loop, its callbacks run on the loop's thread, and what it
/// returns can be awaited. Run it with `examples/redis/run`, which starts a server.
record OurLoop(EventLoopGroup group) implements EventLoopGroupProvider {
  @SuppressWarnings("unchecked")
  public <T extends EventLoopGroup> T allocate(Class<T> type) {
    return (T) group;
  }

  public int threadPoolSize() {
    return 1;
  }

  public Future<Boolean> release(EventExecutorGroup group, long quiet, long max, TimeUnit unit) {
    Promise<Boolean> done = ImmediateEventExecutor.INSTANCE.newPromise();
    group.shutdownGracefully(quiet, max, unit).addListener(_ -> done.setSuccess(true));
    return done;
  }

  public Future<Boolean> shutdown(long quiet, long max, TimeUnit unit) {
    return release(group, quiet, max, unit); // done at once: the loop is not the library's to end
  }
}

void main() {
  int port = Integer.getInteger("redis.port", 6379);
  run(() -> {
    EventLoop loop = getRunningLoop();
    NettyBridge bridge = NettyBridge.of(loop);
    boolean epoll = bridge.transport().name().equals("epoll");
    System.setProperty("io.lettuce.core.epoll", String.valueOf(epoll)); // sockets of the same kind

    ClientResources resources =
        ClientResources.builder()
            .eventLoopGroupProvider(new OurLoop(bridge.guestGroup()))
            .eventExecutorGroup(bridge.nettyLoop())
            .build();
    RedisClient client = RedisClient.create(resources);
    RedisURI address = RedisURI.create("redis://127.0.0.1:" + port);
    var connection = await(client.connectAsync(StringCodec.UTF8, address).toCompletableFuture());
    var redis = connection.async();
    await(redis.set("greeting", "hello").toCompletableFuture());
    boolean here = await(redis.get("greeting").thenApply(_ -> loop.runsOn(Thread.currentThread())));
    IO.println("callbacks run on the loop: " + here);
    IO.println("greeting: " + await(redis.get("greeting").toCompletableFuture()));

    var counts = new ArrayList<Coroutine<Long>>();
    for (int i = 0; i < 100; i++) {
      counts.add(async(() -> await(redis.incr("counter").toCompletableFuture())));
    }
    await(gather(counts));
    IO.println("counted to " + await(redis.get("counter").toCompletableFuture()));
    await(redis.del("counter", "greeting").toCompletableFuture());

    await(connection.closeAsync());
    await(client.shutdownAsync(0, 0, TimeUnit.SECONDS));
    IO.println("shut down: " + await(bridge.toFuture(resources.shutdown(0, 0, TimeUnit.SECONDS))));
  });
}
