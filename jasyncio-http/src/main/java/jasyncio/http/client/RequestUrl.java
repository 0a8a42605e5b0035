package jasyncio.http.client;

import jasyncio.http.wire.Percent;
import java.net.IDN;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The URL of a request, taken apart and made fit to be sent: characters that may not stand in a
/// URL are percent-encoded, dots in the path are resolved, a host in other scripts is in its ASCII
/// form.
///
/// @param userInfo `name:password` as it stands in the URL, or null
/// @param path with a leading slash
/// @param query without question mark, or null
/// @param fragment without `#`, or null; never sent
record RequestUrl(
    ConnectionKey key,
    @Nullable String userInfo,
    String path,
    @Nullable String query,
    @Nullable String fragment) {
  /*
   * Overview
   *
   * java.net.URI alone does not do: it knows no host with an underscore, refuses what every browser
   * takes, and resolves "?x=1" and "" against RFC 2396, which loses the last segment of the path.
   * So the taking apart is RFC 3986 here (appendix B for the parts, 5.2 for references), and URI is
   * what users get to see.
   */
  private static final Pattern SCHEME = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*");
  private static final Pattern HOST = Pattern.compile("[a-z0-9._~-]+");
  private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]+(%25[A-Za-z0-9._~-]+)?");
  private static final int MAX_PORT = 65535;
  private static final int MAX_LABEL = 63;

  /// What a reference consists of (RFC 3986, appendix B); null what it does not have.
  private record Parts(
      @Nullable String scheme,
      @Nullable String authority,
      String path,
      @Nullable String query,
      @Nullable String fragment) {}

  /// Takes an absolute URL apart.
  ///
  /// @throws InvalidUrlClientError if it is none
  /// @throws NonHttpUrlClientError if it is neither http nor https
  static RequestUrl parse(String text) {
    return of(split(text), text);
  }

  /// The URL that `reference`, which may be relative, means on this page.
  ///
  /// @throws InvalidUrlClientError if it is no URL
  /// @throws NonHttpUrlClientError if it is neither http nor https
  RequestUrl resolve(String reference) {
    Parts parts = split(reference);
    if (parts.scheme() != null) {
      return of(parts, reference);
    }
    if (parts.authority() != null) {
      return of(split(key.scheme() + ":" + reference), reference);
    }
    String rawPath = parts.path();
    String target;
    String search = parts.query();
    if (rawPath.isEmpty()) {
      target = path;
      search = search == null ? query : search;
    } else if (rawPath.startsWith("/")) {
      target = rawPath;
    } else {
      target = path.substring(0, path.lastIndexOf('/') + 1) + rawPath;
    }
    return new RequestUrl(
        key, userInfo, normalise(target), requote(search), requote(parts.fragment()));
  }

  private static Parts split(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < ' ' || text.charAt(i) == 0x7f) {
        throw new InvalidUrlClientError(
            text.replaceAll("\\p{Cntrl}", "?"), "it holds a control character at index " + i);
      }
    }
    String whole = text.strip();
    int hash = whole.indexOf('#');
    String fragment = hash < 0 ? null : whole.substring(hash + 1);
    String rest = hash < 0 ? whole : whole.substring(0, hash);
    int question = rest.indexOf('?');
    String query = question < 0 ? null : rest.substring(question + 1);
    rest = question < 0 ? rest : rest.substring(0, question);
    int colon = rest.indexOf(':');
    boolean hasScheme = colon > 0 && rest.lastIndexOf('/', colon) < 0;
    String scheme = hasScheme ? rest.substring(0, colon) : null;
    rest = hasScheme ? rest.substring(colon + 1) : rest;
    if (!rest.startsWith("//")) {
      return new Parts(scheme, null, rest, query, fragment);
    }
    int slash = rest.indexOf('/', 2);
    int end = slash < 0 ? rest.length() : slash;
    return new Parts(scheme, rest.substring(2, end), rest.substring(end), query, fragment);
  }

  private static RequestUrl of(Parts parts, String text) {
    String scheme = parts.scheme();
    String authority = parts.authority();
    if (scheme == null) {
      throw new InvalidUrlClientError(
          text,
          "it has no scheme: write http://... or https://..., or give the session a base URL");
    }
    scheme = scheme.toLowerCase(Locale.ROOT);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      if (SCHEME.matcher(scheme).matches()) {
        throw new NonHttpUrlClientError(text);
      }
      throw new InvalidUrlClientError(text, "\"" + scheme + "\" is not a scheme");
    }
    if (authority == null || authority.isEmpty()) {
      throw new InvalidUrlClientError(text, "it names no host");
    }
    int at = authority.lastIndexOf('@');
    String userInfo = at < 0 ? null : authority.substring(0, at);
    String hostAndPort = authority.substring(at + 1);
    int hostEnd =
        hostAndPort.startsWith("[") ? hostAndPort.indexOf(']') + 1 : hostAndPort.indexOf(':');
    String host = hostEnd < 0 ? hostAndPort : hostAndPort.substring(0, hostEnd);
    String port = hostEnd < 0 ? "" : hostAndPort.substring(hostEnd);
    return new RequestUrl(
        new ConnectionKey(scheme, host(host, text), port(port, scheme, text)),
        userInfo,
        normalise(parts.path()),
        requote(parts.query()),
        requote(parts.fragment()));
  }

  private static String host(String host, String text) {
    if (host.startsWith("[")) {
      String address = host.substring(1, host.length() - 1);
      if (!IPV6.matcher(address).matches()) {
        throw new InvalidUrlClientError(text, "\"" + host + "\" is not an IPv6 address");
      }
      return address.toLowerCase(Locale.ROOT);
    }
    if (isPlain(host)) {
      return host;
    }
    String ascii;
    try {
      ascii = IDN.toASCII(Percent.decode(host, false), IDN.ALLOW_UNASSIGNED);
    } catch (IllegalArgumentException e) {
      throw new InvalidUrlClientError(text, "\"" + host + "\" is not a host: " + e.getMessage());
    }
    ascii = ascii.toLowerCase(Locale.ROOT);
    if (!HOST.matcher(ascii).matches()) {
      throw new InvalidUrlClientError(text, "\"" + host + "\" is not a host");
    }
    return ascii;
  }

  /// Whether it is a host in its final form, as most are; so the others may be slow.
  private static boolean isPlain(String host) {
    for (int i = 0; i < host.length(); i++) {
      char c = host.charAt(i);
      boolean isFine =
          (c >= 'a' && c <= 'z')
              || (c >= '0' && c <= '9')
              || c == '-'
              || (c == '.' && i > 0 && host.charAt(i - 1) != '.');
      if (!isFine) {
        return false;
      }
    }
    return !host.isEmpty() && !host.endsWith(".") && host.length() <= MAX_LABEL;
  }

  private static int port(String port, String scheme, String text) {
    if (port.isEmpty() || port.equals(":")) {
      return scheme.equals("https") ? 443 : 80;
    }
    boolean digits = port.length() <= 6;
    for (int i = 1; i < port.length() && digits; i++) {
      digits = port.charAt(i) >= '0' && port.charAt(i) <= '9';
    }
    int number = digits && port.startsWith(":") ? Integer.parseInt(port, 1, port.length(), 10) : 0;
    if (number < 1 || number > MAX_PORT) {
      throw new InvalidUrlClientError(
          text, "\"" + port + "\" is not a port: it must be a number from 1 to 65535");
    }
    return number;
  }

  /// The same with more fields in its query.
  RequestUrl withMoreQuery(String more) {
    if (more.isEmpty()) {
      return this;
    }
    String both = query == null || query.isEmpty() ? more : query + "&" + more;
    return new RequestUrl(key, userInfo, path, both, fragment);
  }

  RequestUrl withFragment(@Nullable String fragment) {
    return new RequestUrl(key, userInfo, path, query, fragment);
  }

  /// What stands in the request line.
  String requestTarget() {
    return query == null ? path : path + "?" + query;
  }

  /// What stands in the `Host` field: no port where it is the scheme's own.
  String hostField() {
    String host = key.host().indexOf(':') < 0 ? key.host() : "[" + key.host() + "]";
    boolean usual = key.port() == (key.isTls() ? 443 : 80);
    return usual ? host : host + ":" + key.port();
  }

  /// Whether both have the same scheme, host and port, so that one may know the other's secrets.
  boolean isSameOrigin(RequestUrl other) {
    return key.equals(other.key);
  }

  /// For users: without user name, password and fragment.
  URI uri() {
    return toUri(key.scheme() + "://" + hostField() + requestTarget());
  }

  /// For users: as it was given, without user name and password.
  URI realUri() {
    return fragment == null ? uri() : toUri(uri() + "#" + fragment);
  }

  private static URI toUri(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw new InvalidUrlClientError(text, e.getReason());
    }
  }

  private static @Nullable String requote(@Nullable String part) {
    return part == null ? null : Percent.requote(part, Percent.QUERY);
  }

  /// Quotes a path and removes its dot segments (RFC 3986, 5.2.4).
  private static String normalise(String path) {
    String quoted = Percent.requote(path, Percent.PATH);
    if (quoted.isEmpty()) {
      return "/";
    }
    if (!quoted.contains("/.")) {
      return quoted.startsWith("/") ? quoted : "/" + quoted;
    }
    StringBuilder result = new StringBuilder();
    String[] segments = quoted.substring(quoted.startsWith("/") ? 1 : 0).split("/", -1);
    for (int i = 0; i < segments.length; i++) {
      boolean last = i == segments.length - 1;
      switch (segments[i]) {
        case "." -> result.append(last ? "/" : "");
        case ".." -> {
          result.setLength(Math.max(0, result.lastIndexOf("/")));
          result.append(last ? "/" : "");
        }
        default -> result.append('/').append(segments[i]);
      }
    }
    return result.toString();
  }
}
