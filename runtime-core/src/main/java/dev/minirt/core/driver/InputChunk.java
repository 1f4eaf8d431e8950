package dev.minirt.core.driver;

/**
 * What one read(2) of a file of the caller's has given.
 *
 * @param errno 0, or why it failed: EBADF if it is standard input and closed, EINTR if a signal came
 * @param bytes what was read; empty at the end, and after a failure. Owned by the receiver
 */
// The bytes pass through once, from the frame to the parser.
@SuppressWarnings("ArrayRecordComponent")
public record InputChunk(int errno, byte[] bytes) {}
