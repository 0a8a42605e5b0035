package jasyncio.http.client;

/// How many connections a session has, and who waits for one; a snapshot.
///
/// @param inUse those with a request under way, and those being made
/// @param idle those kept for further requests
/// @param waiting requests that wait because the limit is reached
public record PoolStatistics(int inUse, int idle, int waiting) {}
