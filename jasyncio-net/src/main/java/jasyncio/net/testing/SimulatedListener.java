package jasyncio.net.testing;

import jasyncio.net.spi.Acceptor;
import jasyncio.net.spi.Listener;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/// A simulated socket that listens. Used on the loop.
final class SimulatedListener implements Listener {
  private final Acceptor acceptor;
  private final List<InetSocketAddress> addresses;
  private final Runnable closing;
  private final Queue<StreamWire> backlog = new ArrayDeque<>();
  private boolean accepting;

  SimulatedListener(Acceptor acceptor, List<InetSocketAddress> addresses, Runnable closing) {
    this.acceptor = acceptor;
    this.addresses = addresses;
    this.closing = closing;
  }

  void connected(StreamWire wire) {
    backlog.add(wire);
    accept();
  }

  private void accept() {
    while (accepting && !backlog.isEmpty()) {
      StreamWire wire = backlog.remove();
      wire.begin(acceptor.accepted(wire, null));
    }
  }

  @Override
  public void startAccepting() {
    accepting = true;
    accept();
  }

  @Override
  public List<SocketAddress> addresses() {
    return List.copyOf(addresses);
  }

  @Override
  public void close() {
    closing.run();
    backlog.forEach(StreamWire::refuse);
    backlog.clear();
  }
}
