package jasyncio.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;

/// A server that does what a test says, byte by byte; blocking, on threads of its own.
public final class RawServer implements AutoCloseable {
  /// What happens on one connection. When it returns, the connection is closed.
  @FunctionalInterface
  public interface Script {
    void run(Peer peer) throws Exception;
  }

  private final ServerSocket listening;
  private final List<Script> scripts;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final List<Thread> threads = new CopyOnWriteArrayList<>();
  private final List<Throwable> failures = new CopyOnWriteArrayList<>();
  private final Thread acceptor;
  private volatile boolean closed;
  private volatile int connections;

  private RawServer(ServerSocket listening, Script... scripts) {
    this.listening = listening;
    this.scripts = List.of(scripts);
    this.acceptor = Thread.ofPlatform().name("raw-server").start(this::accept);
  }

  /// The first connection gets the first script, and so on; further ones the last.
  public static RawServer start(Script... scripts) throws IOException {
    return new RawServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), scripts);
  }

  /// The same with TLS.
  public static RawServer startTls(SSLContext tls, Script... scripts) throws IOException {
    return new RawServer(
        tls.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress()),
        scripts);
  }

  /// Answers each request on a connection with these bytes, in Latin-1.
  public static Script always(String response) {
    return peer -> {
      while (peer.request() != null) {
        peer.send(response);
      }
    };
  }

  public int port() {
    return listening.getLocalPort();
  }

  public String url(String path) {
    return "http://127.0.0.1:" + port() + path;
  }

  /// How many connections have been made.
  public int connections() {
    return connections;
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listening.accept();
        sockets.add(socket);
        Script script = scripts.get(Math.min(connections, scripts.size() - 1));
        connections++;
        threads.add(Thread.ofPlatform().name("raw-connection").start(() -> serve(socket, script)));
      }
    } catch (IOException e) {
      if (!closed) {
        failures.add(e);
      }
    }
  }

  private void serve(Socket socket, Script script) {
    try (socket) {
      socket.setTcpNoDelay(true);
      script.run(new Peer(socket));
    } catch (SocketException | javax.net.ssl.SSLException e) {
      // the client has gone, or the test has ended
    } catch (Throwable t) {
      failures.add(t);
    }
  }

  @Override
  public void close() throws Exception {
    closed = true;
    listening.close();
    for (Socket socket : sockets) {
      socket.close();
    }
    acceptor.join();
    for (Thread thread : threads) {
      thread.join();
    }
    for (Throwable failure : failures) {
      throw new AssertionError("the server's script failed", failure);
    }
  }

  /// The other end of a connection.
  public static final class Peer {
    private final Socket socket;

    Peer(Socket socket) {
      this.socket = socket;
    }

    /// The next request with its body if it has a length; null if the client has closed.
    public String request() throws IOException {
      ByteArrayOutputStream head = new ByteArrayOutputStream();
      while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
        int b = socket.getInputStream().read();
        if (b < 0) {
          return null;
        }
        head.write(b);
      }
      String text = head.toString(StandardCharsets.ISO_8859_1);
      var length = java.util.regex.Pattern.compile("(?i)content-length: (\\d+)").matcher(text);
      int n = length.find() ? Integer.parseInt(length.group(1)) : 0;
      return text + new String(socket.getInputStream().readNBytes(n), StandardCharsets.ISO_8859_1);
    }

    public void send(String latin1) throws IOException {
      send(latin1.getBytes(StandardCharsets.ISO_8859_1));
    }

    public void send(byte[] bytes) throws IOException {
      socket.getOutputStream().write(bytes);
      socket.getOutputStream().flush();
    }

    /// Sends a response with status 200 and this body.
    public void sendOk(String body) throws IOException {
      send("HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
    }

    /// Waits until the client closes.
    public void awaitClose() throws IOException {
      while (socket.getInputStream().read() >= 0) {
        // dropped
      }
    }

    /// Closes with a reset.
    public void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }
  }
}
