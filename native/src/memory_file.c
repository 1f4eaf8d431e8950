#include "memory_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

#include "fd.h"

/* Linux 6.3; older kernels refuse the unknown flags and make every file executable. */
#define NOEXEC_SEAL 0x0008u
#define EXEC 0x0010u

#define ALL_SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

static int make(const char *name, unsigned flags, unsigned newer_flags)
{
	int fd = memfd_create(name, MFD_CLOEXEC | flags | newer_flags);

	if (fd < 0 && errno == EINVAL)
		fd = memfd_create(name, MFD_CLOEXEC | flags);
	return fd < 0 ? -errno : fd;
}

static int seal(int fd)
{
	return fcntl(fd, F_ADD_SEALS, ALL_SEALS) < 0 ? -errno : 0;
}

int memory_file(const char *name)
{
	return make(name, 0, NOEXEC_SEAL);
}

int memory_file_of_bytes(const char *name, const void *bytes, size_t size)
{
	OWNED fd = make(name, MFD_ALLOW_SEALING, NOEXEC_SEAL);
	int error;

	if (fd < 0)
		return fd;
	for (size_t done = 0; done < size;) {
		ssize_t count = write(fd, (const char *)bytes + done, size - done);
		if (count < 0)
			return -errno;
		done += (size_t)count;
	}
	error = seal(fd);
	return error < 0 ? error : take(&fd);
}

int memory_file_of_self(const char *name)
{
	OWNED self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	struct stat status;
	int error;

	if (self < 0 || fstat(self, &status) < 0)
		return -errno;
	OWNED fd = make(name, MFD_ALLOW_SEALING, EXEC);
	if (fd < 0)
		return fd;
	for (off_t done = 0; done < status.st_size;) {
		ssize_t count = sendfile(fd, self, &done, (size_t)(status.st_size - done));
		if (count < 0)
			return -errno;
		if (count == 0)
			return -EIO;
	}
	error = seal(fd);
	return error < 0 ? error : take(&fd);
}
