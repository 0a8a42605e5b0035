package jasyncio.http.server;

import jasyncio.http.wire.Percent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// Finds the handler for a method and a path.
final class Router {
  /*
   * Overview
   *
   * Paths are compared in one encoded form: each segment is decoded and encoded again, so that
   * "%41" is "A", but "%2F" is no slash. Resources are tried in the order in which they were added;
   * the first that fits path and method wins.
   *
   * aiohttp: web_urldispatcher.py.
   */
  private static final String SEGMENT = Percent.PATH.replace("/", "");
  private static final Pattern VARIABLE =
      Pattern.compile("\\{([A-Za-z_][A-Za-z0-9_]*)(?::((?:[^{}]|\\{[^{}]*\\})+))?\\}");
  private static final Pattern BRACE = Pattern.compile("[{}]");

  /// A handler and what the path's variables stand for, decoded.
  record Match(Handler handler, Map<String, String> variables) {}

  /// A path with its handlers by method.
  private static final class Resource {
    final String path;
    final @Nullable Pattern pattern;
    final List<String> names = new ArrayList<>();
    final Map<String, Handler> handlers = new LinkedHashMap<>();

    Resource(String path) {
      this.path = path;
      this.pattern = BRACE.matcher(path).find() ? compile(path, names) : null;
    }

    @Nullable Map<String, String> match(String canonical) {
      if (pattern == null) {
        return canonical(path).equals(canonical) ? Map.of() : null;
      }
      Matcher matcher = pattern.matcher(canonical);
      if (!matcher.matches()) {
        return null;
      }
      Map<String, String> variables = new LinkedHashMap<>();
      for (int i = 0; i < names.size(); i++) {
        variables.put(names.get(i), Percent.decode(matcher.group(group(i)), false));
      }
      return variables;
    }
  }

  private final List<Resource> resources = new ArrayList<>();

  /// Adds a handler.
  ///
  /// @throws IllegalArgumentException if the path is not one, or the route is there already
  void add(String method, String path, Handler handler) {
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("path should be started with / or be empty: " + path);
    }
    String verb = method.toUpperCase(Locale.ROOT);
    Resource resource =
        resources.stream().filter(known -> known.path.equals(path)).findFirst().orElse(null);
    if (resource == null) {
      resource = new Resource(path);
      resources.add(resource);
    }
    if (resource.handlers.putIfAbsent(verb, handler) != null) {
      throw new IllegalArgumentException(
          "Added route will never be executed, method "
              + verb
              + " is already registered for "
              + path);
    }
  }

  /// Finds the handler.
  ///
  /// @param path as it stands in the request, without query
  /// @throws HttpException 404 for an unknown path, 405 for a method it does not have
  Match match(String method, String path) {
    String canonical = canonical(path);
    Set<String> allowed = new LinkedHashSet<>();
    for (Resource resource : resources) {
      Map<String, String> variables = resource.match(canonical);
      if (variables == null) {
        continue;
      }
      Handler handler = resource.handlers.get(method);
      if (handler == null && method.equals("HEAD")) {
        handler = resource.handlers.get("GET"); // its body will not be sent
      }
      if (handler != null) {
        return new Match(handler, variables);
      }
      allowed.addAll(resource.handlers.keySet());
      if (resource.handlers.containsKey("GET")) {
        allowed.add("HEAD");
      }
    }
    if (allowed.isEmpty()) {
      throw new HttpException(404);
    }
    throw new HttpException(
        Response.ofStatus(405)
            .withHeader("Allow", String.join(", ", allowed.stream().sorted().toList())));
  }

  /// The one form of a path in which equal paths are equal.
  private static String canonical(String path) {
    if (path.chars()
        .allMatch(c -> c < 0x80 && (isAlphanumeric(c) || Percent.PATH.indexOf(c) >= 0))) {
      return path;
    }
    StringBuilder canonical = new StringBuilder(path.length());
    for (String segment : path.split("/", -1)) {
      canonical.append('/').append(Percent.quote(Percent.decode(segment, false), SEGMENT));
    }
    return canonical.substring(1);
  }

  private static boolean isAlphanumeric(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  private static Pattern compile(String path, List<String> names) {
    StringBuilder regex = new StringBuilder();
    Matcher variable = VARIABLE.matcher(path);
    int at = 0;
    while (variable.find()) {
      regex.append(literal(path, at, variable.start()));
      String condition = variable.group(2) == null ? "[^{}/]+" : variable.group(2);
      regex.append("(?<").append(group(names.size())).append('>').append(condition).append(')');
      names.add(variable.group(1));
      at = variable.end();
    }
    regex.append(literal(path, at, path.length()));
    try {
      return Pattern.compile(regex.toString());
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException("Bad pattern '" + path + "': " + e.getMessage(), e);
    }
  }

  /// Java's group names know no underscores, so groups have names of their own.
  private static String group(int i) {
    return "variable" + i;
  }

  private static String literal(String path, int start, int end) {
    String text = path.substring(start, end);
    if (BRACE.matcher(text).find()) {
      throw new IllegalArgumentException("Invalid path '" + path + "'['" + text + "']");
    }
    return text.isEmpty() ? "" : Pattern.quote(canonical(text));
  }
}
