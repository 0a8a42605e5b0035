package jasyncio.net.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslHandler;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

/// Encrypts an accepted connection with the JDK's TLS, and refuses to renegotiate: in TLS 1.2 a
/// client could ask for one costly handshake after the other. BoringSSL refuses by itself, and TLS
/// 1.3 has no such thing.
final class ServerTlsHandler extends SslHandler {
  /// The type of a TLS record that belongs to a handshake. In TLS 1.3 it shows in the first one
  /// only.
  private static final byte HANDSHAKE = 22;

  ServerTlsHandler(SSLEngine engine) {
    super(engine);
  }

  /// Called at the beginning of each record, once more if it was not there as a whole.
  @Override
  protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out)
      throws SSLException {
    if (in.isReadable()
        && in.getByte(in.readerIndex()) == HANDSHAKE
        && handshakeFuture().isSuccess()) {
      in.skipBytes(in.readableBytes());
      throw new SSLException("the client began to renegotiate, which is refused");
    }
    super.decode(context, in, out);
  }
}
