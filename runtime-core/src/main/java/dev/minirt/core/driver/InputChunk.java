package dev.minirt.core.driver;

/**
 * What one read(2) of a file of the caller's has given.
 *
 * @param errno 0, or why it failed: EBADF if it is standard input and closed, EINTR if a signal came
 * @param last whether nothing comes behind it: at the end, which may be known with the last bytes, and after a failure
 * @param bytes what was read, perhaps nothing. Owned by the receiver
 */
// The bytes pass through once, from the frame to the parser.
@SuppressWarnings("ArrayRecordComponent")
public record InputChunk(int errno, boolean last, byte[] bytes) {}
