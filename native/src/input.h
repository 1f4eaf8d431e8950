/*
 * What Java reads by READ: files of the caller's. Some of them only we can open, /dev/fd/63 say, and those without an
 * end must not keep a signal from being noticed.
 */
#ifndef MINIRT_INPUT_H
#define MINIRT_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Opens a file without waiting for anybody to write to it. Returns a descriptor or -errno, ENXIO for a socket.
 */
int input_open(const char *path);

/*
 * Waits for something to read, or for `interrupt` to become readable. Returns the number of bytes, 0 at the end, or
 * -errno: EINTR if it was interrupted.
 */
ssize_t input_read(int fd, int interrupt, uint8_t *buffer, size_t size);

/* Whether all of a regular file has been read; false also if that is only known when nothing comes any more. */
bool input_is_read(int fd);

#endif
