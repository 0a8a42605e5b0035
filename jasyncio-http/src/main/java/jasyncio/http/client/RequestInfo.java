package jasyncio.http.client;

import jasyncio.http.Headers;
import java.net.URI;

/// A request as it was sent.
///
/// Counterpart: `aiohttp.RequestInfo`.
///
/// @param url the URL without fragment, user name and password
/// @param method such as `GET`
/// @param headers what was sent, generated fields included
public record RequestInfo(URI url, String method, Headers headers) {}
