package jasyncio.net;

/// A connection in both directions: TCP, Unix socket, with or without TLS. Made by
/// [Net#createConnection] and [Net#createServer], and below every pair of streams.
///
/// Counterpart: `asyncio.Transport`.
public interface Transport extends ReadTransport, WriteTransport {}
