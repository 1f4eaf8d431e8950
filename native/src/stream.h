/* The container process's standard streams. */
#ifndef MINIRT_STREAM_H
#define MINIRT_STREAM_H

#include <errno.h>
#include <unistd.h>

/*
 * Gives a stream to the process's user, so that it can be opened again by its name. Whoever cannot own it, from outside
 * of our user namespace or on a file system of others: the stream itself works. Returns 0 or -errno.
 */
static inline int give_stream(int fd, uid_t uid)
{
	if (fchown(fd, uid, (gid_t)-1) == 0 || errno == EPERM || errno == EINVAL || errno == EROFS)
		return 0;
	return -errno;
}

#endif
