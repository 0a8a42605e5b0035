package jasyncio.http.server;

import jasyncio.http.wire.Percent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
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
   * the first that fits path and method wins. Those without variables are found by their path; so
   * only those with variables are tried one by one.
   *
   * aiohttp: web_urldispatcher.py.
   */
  private static final String SEGMENT = Percent.PATH.replace("/", "");
  private static final Pattern VARIABLE =
      Pattern.compile("\\{([A-Za-z_][A-Za-z0-9_]*)(?::((?:[^{}]|\\{[^{}]*\\})+))?\\}");
  private static final boolean[] CANONICAL = canonicalCharacters();
  private static final Pattern BRACE = Pattern.compile("[{}]");

  /// A handler and what the path's variables stand for, decoded.
  record Match(Handler handler, Map<String, String> variables) {}

  /// A path with its handlers by method.
  private static final class Resource {
    /// How many were added before it.
    final int order;

    /// For one with variables.
    final @Nullable Pattern pattern;

    final List<String> names = new ArrayList<>();
    final Map<String, Handler> handlers = new LinkedHashMap<>();

    Resource(String path, int order) {
      this.order = order;
      this.pattern = BRACE.matcher(path).find() ? compile(path, names) : null;
    }

    /// What its variables stand for if it fits; a plain one has been found by its path.
    @Nullable Map<String, String> match(String canonical) {
      if (pattern == null) {
        return Map.of();
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

    @Nullable Handler handler(String method) {
      Handler handler = handlers.get(method);
      return handler == null && method.equals("HEAD")
          ? handlers.get("GET") // its body will not be sent
          : handler;
    }
  }

  private final Map<String, Resource> resources = new HashMap<>();
  private final Map<String, List<Resource>> plain = new HashMap<>();
  private final List<Resource> variable = new ArrayList<>();

  /// Adds a handler.
  ///
  /// @throws IllegalArgumentException if the path is not one, or the route is there already
  void add(String method, String path, Handler handler) {
    if (!path.startsWith("/")) {
      throw new IllegalArgumentException("path should be started with / or be empty: " + path);
    }
    String verb = method.toUpperCase(Locale.ROOT);
    Resource resource = resources.get(path);
    if (resource == null) {
      resource = new Resource(path, resources.size());
      resources.put(path, resource);
      List<Resource> alike =
          resource.pattern == null
              ? plain.computeIfAbsent(canonical(path), _ -> new ArrayList<>(1))
              : variable;
      alike.add(resource);
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
    List<Resource> fitting = plain.getOrDefault(canonical, List.of());
    int nextFitting = 0;
    int nextVariable = 0;
    while (true) {
      Resource resource = nextFitting < fitting.size() ? fitting.get(nextFitting) : null;
      Resource other = nextVariable < variable.size() ? variable.get(nextVariable) : null;
      if (resource != null && (other == null || resource.order < other.order)) {
        nextFitting++;
      } else if (other != null) {
        resource = other;
        nextVariable++;
      } else {
        throw refusal(canonical);
      }
      Handler handler = resource.handler(method);
      Map<String, String> variables = handler == null ? null : resource.match(canonical);
      if (handler != null && variables != null) {
        return new Match(handler, variables);
      }
    }
  }

  /// What to answer if no resource fits both path and method.
  private HttpException refusal(String canonical) {
    List<Resource> fitting = new ArrayList<>(plain.getOrDefault(canonical, List.of()));
    variable.stream().filter(each -> each.match(canonical) != null).forEach(fitting::add);
    Set<String> allowed = new TreeSet<>();
    for (Resource resource : fitting) {
      allowed.addAll(resource.handlers.keySet());
      if (resource.handlers.containsKey("GET")) {
        allowed.add("HEAD");
      }
    }
    return allowed.isEmpty()
        ? new HttpException(404)
        : new HttpException(Response.ofStatus(405).withHeader("Allow", String.join(", ", allowed)));
  }

  /// The one form of a path in which equal paths are equal.
  private static String canonical(String path) {
    if (isCanonical(path)) {
      return path;
    }
    StringBuilder canonical = new StringBuilder(path.length());
    for (String segment : path.split("/", -1)) {
      canonical.append('/').append(Percent.quote(Percent.decode(segment, false), SEGMENT));
    }
    return canonical.substring(1);
  }

  private static boolean isCanonical(String path) {
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c >= CANONICAL.length || !CANONICAL[c]) {
        return false;
      }
    }
    return true;
  }

  /// What stands as it is in a path: letters, digits, and [Percent#PATH].
  private static boolean[] canonicalCharacters() {
    boolean[] found = new boolean[0x80];
    for (char c = 0; c < found.length; c++) {
      found[c] =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || Percent.PATH.indexOf(c) >= 0;
    }
    return found;
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
