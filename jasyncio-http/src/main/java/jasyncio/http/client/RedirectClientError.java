package jasyncio.http.client;

/// Marks what went wrong with the target of a redirect.
///
/// Counterpart: `aiohttp.RedirectClientError`. There it is a second parent of both errors; an
/// interface cannot be caught, so catch [InvalidURL] and ask `instanceof`.
public sealed interface RedirectClientError
    permits InvalidUrlRedirectClientError, NonHttpUrlRedirectClientError {}
