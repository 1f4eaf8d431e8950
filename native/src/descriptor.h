/* A descriptor on its way over a Unix socket, with the bytes of one message: SCM_RIGHTS, unix(7). */
#ifndef MINIRT_DESCRIPTOR_H
#define MINIRT_DESCRIPTOR_H

#include <stddef.h>
#include <sys/types.h>

/* Sends the bytes, at least one of them, and the descriptor as one message. 0 or -errno. */
int descriptor_send(int socket, const void *bytes, size_t size, int descriptor);

/*
 * Receives one message without waiting. Returns its length, which is larger than `size` if it was cut, 0 at the end, or
 * -errno. *descriptor becomes what came with it, close-on-exec, or -1; others that came along are closed.
 */
ssize_t descriptor_receive(int socket, void *bytes, size_t size, int *descriptor);

#endif
