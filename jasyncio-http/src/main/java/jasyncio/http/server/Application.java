package jasyncio.http.server;

/// Handlers by method and path.
///
/// ```java
/// var app = new Application();
/// app.addGet("/hello/{name}", request -> Response.text("Hello, " + request.matchInfo("name")));
/// ```
///
/// A path may have variables: `{name}` stands for one segment, `{name:regex}` for what the regular
/// expression matches in the encoded path. Routes are tried in the order in which they were added.
/// Once it is served, it cannot be changed.
///
/// Counterpart: `web.Application` with its router.
public final class Application {
  private final Router router = new Router();
  private boolean frozen;

  /// An application without routes: it answers everything with 404.
  public Application() {}

  /// Answers requests of this method and path.
  ///
  /// @param method such as `GET`
  /// @param path starts with a slash, may have variables
  /// @param handler gives the answer
  /// @return this application
  /// @throws IllegalArgumentException if the path is not one, or the route is there already
  /// @throws IllegalStateException if it is being served
  public Application addRoute(String method, String path, Handler handler) {
    if (frozen) {
      throw new IllegalStateException(
          "Cannot register a resource into frozen router. Add routes before AppRunner.setup()");
    }
    router.add(method, path, handler);
    return this;
  }

  /// Answers GET requests, and HEAD requests with the same header and no body.
  ///
  /// @param path such as `/users/{id}`
  /// @param handler gives the answer
  /// @return this application
  public Application addGet(String path, Handler handler) {
    return addRoute("GET", path, handler);
  }

  /// Answers POST requests.
  ///
  /// @param path such as `/users/{id}`
  /// @param handler gives the answer
  /// @return this application
  public Application addPost(String path, Handler handler) {
    return addRoute("POST", path, handler);
  }

  /// Answers PUT requests.
  ///
  /// @param path such as `/users/{id}`
  /// @param handler gives the answer
  /// @return this application
  public Application addPut(String path, Handler handler) {
    return addRoute("PUT", path, handler);
  }

  /// Answers PATCH requests.
  ///
  /// @param path such as `/users/{id}`
  /// @param handler gives the answer
  /// @return this application
  public Application addPatch(String path, Handler handler) {
    return addRoute("PATCH", path, handler);
  }

  /// Answers DELETE requests.
  ///
  /// @param path such as `/users/{id}`
  /// @param handler gives the answer
  /// @return this application
  public Application addDelete(String path, Handler handler) {
    return addRoute("DELETE", path, handler);
  }

  void freeze() {
    frozen = true;
  }

  /// Finds the handler and runs it.
  Response handle(Request request) throws Throwable {
    Router.Match match = router.match(request.method(), request.rawPath());
    request.matched(match.variables());
    return match.handler().handle(request);
  }
}
