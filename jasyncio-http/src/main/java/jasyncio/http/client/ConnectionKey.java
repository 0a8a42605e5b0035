package jasyncio.http.client;

/// What a connection can be used for again: requests to the same scheme, host and port.
///
/// @param scheme `http` or `https`
/// @param host in lower case; an IPv6 address without brackets
record ConnectionKey(String scheme, String host, int port) {
  boolean isTls() {
    return scheme.equals("https");
  }

  @Override
  public String toString() {
    return scheme + "://" + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }
}
