package jasyncio.net.netty;

import static jasyncio.Asyncio.async;
import static jasyncio.Asyncio.await;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import jasyncio.CheckReturnValue;
import jasyncio.Coroutine;
import jasyncio.net.BaseProtocol;
import jasyncio.net.Tls;
import jasyncio.net.Transport;
import java.util.Objects;

/// Encrypts connections that are there already.
public final class TlsUpgrade {
  private TlsUpgrade() {}

  /// Encrypts `transport`, and tells `protocol` from then on.
  ///
  /// Suspends. A handshake that fails, or is cancelled, ends the connection.
  ///
  /// @param transport the connection as it is now
  /// @param protocol what is told from then on
  /// @param tls the settings
  /// @param serverSide whether we are the server
  /// @return a coroutine that gives the encrypted connection
  @CheckReturnValue
  public static Coroutine<Transport> start(
      Transport transport, BaseProtocol protocol, Tls tls, boolean serverSide) {
    return async(() -> {
      if (!(transport instanceof SocketTransport socket)) {
        throw new IllegalArgumentException(
            "transport "
                + transport
                + " is not supported by start_tls(): it takes one of createConnection,"
                + " createServer, or a stream writer's");
      }
      NettyBridge bridge = NettyBridge.current();
      socket.checkUsable("start_tls()");
      boolean reading = socket.isReading();
      socket.pauseReading(); // what comes from now on is not for the protocol
      SslContext context;
      try {
        context = await(serverSide ? bridge.serverTls(tls) : bridge.clientTls(tls));
      } catch (Throwable t) {
        if (reading) {
          socket.resumeReading();
        }
        throw t;
      }
      socket.checkUsable("start_tls()"); // once more: that took a while
      socket.setProtocol(protocol);
      Peer peer = socket.peer();
      SslHandler handler =
          serverSide
              ? bridge.newServerTlsHandler(context, socket.channel())
              : bridge.newClientTlsHandler(
                  context,
                  socket.channel(),
                  tls,
                  Objects.requireNonNullElse(peer.name(), ""),
                  peer.port());
      ByteBuf unread = socket.encrypt(tls, handler);
      if (unread != null) {
        feed(handler, socket.channel().pipeline().context(handler), unread);
      }
      socket.resumeReading();
      SocketConnector.handshake(bridge, socket, tls);
      return socket;
    });
  }

  /// Takes what was received and nobody has read for the beginning of the handshake: the peer may
  /// be quicker than we are, and plain text that somebody has slipped in must not pass for
  /// encrypted.
  private static void feed(SslHandler handler, ChannelHandlerContext context, ByteBuf unread) {
    try {
      handler.channelRead(context, unread);
      handler.channelReadComplete(context);
    } catch (Exception e) {
      context.fireExceptionCaught(e);
    }
  }
}
