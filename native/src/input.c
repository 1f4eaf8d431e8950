#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

int input_open(const char *path)
{
	/* A FIFO that nobody has written to yet is not at its end for poll(2), only for read(2). */
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	return fd < 0 ? -errno : fd;
}

ssize_t input_read(int fd, int interrupt, uint8_t *buffer, size_t size)
{
	for (;;) {
		struct pollfd fds[] = {{.fd = fd, .events = POLLIN}, {.fd = interrupt, .events = POLLIN}};

		if (poll(fds, 2, -1) < 0)
			continue;
		/* Before what is read: the end of an endless file would never be reached. */
		if (fds[1].revents)
			return -EINTR;
		if (!fds[0].revents)
			continue;
		ssize_t count = read(fd, buffer, size);
		if (count >= 0)
			return count;
		if (errno != EAGAIN && errno != EINTR)
			return -errno;
	}
}

bool input_is_read(int fd)
{
	struct stat status;

	/* Files of procfs have no size, and give what they have in parts. */
	return fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_size > 0 &&
	       lseek(fd, 0, SEEK_CUR) >= status.st_size;
}
