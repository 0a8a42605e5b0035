package jasyncio.http.server;

/// A response that is thrown: it ends the handler, wherever that stands.
///
/// Counterpart: `web.HTTPException` and its subclasses.
public final class HttpException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /// The answer.
  @SuppressWarnings("serial") // thrown, not stored
  private final Response response;

  /// A response with this status, and the status as its text: `404: Not Found`.
  ///
  /// @param status the status of the answer
  /// @throws IllegalArgumentException if it is not a status of a final response, 200 to 999
  public HttpException(int status) {
    this(Response.ofStatus(status));
  }

  /// This response.
  ///
  /// @param response what to answer
  public HttpException(Response response) {
    super(response.status() + ": " + response.reason());
    this.response = response;
  }

  /// {@return the response}
  public Response response() {
    return response;
  }
}
