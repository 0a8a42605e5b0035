package jasyncio.http.client;

/// What a request carries.
///
/// @param contentType the value of `Content-Type`, unless the request has one
@SuppressWarnings("ArrayRecordComponent") // never compared, never changed: private to the package
record RequestBody(byte[] bytes, String contentType) {}
