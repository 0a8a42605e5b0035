package jasyncio.net.netty;

import io.netty.channel.IoOps;
import io.netty.channel.IoRegistration;
import io.netty.channel.epoll.EpollIoOps;

/// A channel's registration with epoll that survives a time without interest in anything.
///
/// Netty 4.2.18 takes a descriptor out of the epoll set when nothing is of interest any more
/// (reading is paused, and the peer has ended its side), but later changes it as if it were still
/// there: reading cannot be resumed, and the connection is lost with "epoll_ctl: No such file or
/// directory". So it is left in the set, edge-triggered, which reports a hang-up once and not for
/// ever.
record EpollRegistration(IoRegistration inner) implements IoRegistration {
  @Override
  @SuppressWarnings("TypeParameterUnusedInFormals") // Netty's signature
  public <T> T attachment() {
    return inner.attachment();
  }

  @Override
  public long submit(IoOps ops) {
    return inner.submit(EpollIoOps.NONE.equals(ops) ? EpollIoOps.EPOLLET : ops);
  }

  @Override
  public boolean isValid() {
    return inner.isValid();
  }

  @Override
  public boolean cancel() {
    return inner.cancel();
  }
}
