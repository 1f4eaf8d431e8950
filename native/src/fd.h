/* Descriptors that close themselves at the end of their scope. */
#ifndef MINIRT_FD_H
#define MINIRT_FD_H

#include <unistd.h>

static inline void close_owned(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

/* A local descriptor, closed when its scope ends unless it was handed on by take(). */
#define OWNED __attribute__((cleanup(close_owned))) int

static inline int take(int *fd)
{
	int taken = *fd;
	*fd = -1;
	return taken;
}

/* Closes what `fd` held and puts `other` there. */
static inline void replace(int *fd, int other)
{
	if (*fd >= 0)
		close(*fd);
	*fd = other;
}

#endif
