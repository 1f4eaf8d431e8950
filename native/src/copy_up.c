#include "copy_up.h"
#include "fd.h"
#include "sys.h"

#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <sys/xattr.h>

#define DEPTH_MAX 128 /* two descriptors and a buffer each */
#define BUFFER_MAX 2048

struct kernel_dirent {
	uint64_t inode;
	int64_t offset;
	uint16_t size;
	uint8_t type;
	char name[];
};

struct copying {
	char path[PATH_MAX]; /* below the top, for the failure's detail */
	size_t length;
	int depth;
};

static uint8_t data[65536];
static char names[16384];

static int copy_directory(struct copying *copying, int from, int to);

/* Best effort: the target may not know the namespace of an attribute. */
static void copy_attributes(int from, int to)
{
	ssize_t size = flistxattr(from, names, sizeof names);
	for (ssize_t at = 0; at < size; at += (ssize_t)strlen(names + at) + 1) {
		ssize_t length = fgetxattr(from, names + at, data, sizeof data);
		if (length >= 0)
			fsetxattr(to, names + at, data, (size_t)length, 0);
	}
}

/* Owner before mode, since a change of the owner clears set-id bits. */
static int copy_status(int to, const struct stat *status)
{
	if (fchown(to, status->st_uid, status->st_gid) < 0 || fchmod(to, status->st_mode & 07777) < 0)
		return -errno;
	struct timespec times[2] = {status->st_atim, status->st_mtim};
	return futimens(to, times) < 0 ? -errno : 0;
}

/* Holes stay holes: a file of the rootfs may be larger than memory. */
static int copy_data(int from, int to, off_t size)
{
	for (off_t at = lseek(from, 0, SEEK_DATA); at >= 0 && at < size; at = lseek(from, at, SEEK_DATA)) {
		off_t end = lseek(from, at, SEEK_HOLE);
		if (end < 0 || lseek(from, at, SEEK_SET) < 0 || lseek(to, at, SEEK_SET) < 0)
			return -errno;
		while (at < end) {
			size_t wanted = end - at > (off_t)sizeof data ? sizeof data : (size_t)(end - at);
			ssize_t got = read(from, data, wanted);
			if (got < 0 && errno != EINTR)
				return -errno;
			if (got == 0)
				break;
			for (ssize_t put = 0; put < got;) {
				ssize_t more = write(to, data + put, (size_t)(got - put));
				if (more < 0 && errno != EINTR)
					return -errno;
				put += more > 0 ? more : 0;
			}
			at += got > 0 ? got : 0;
		}
	}
	return ftruncate(to, size) < 0 ? -errno : 0;
}

static int copy_file(int from_directory, int to_directory, const char *name)
{
	struct stat status;
	OWNED from = openat(from_directory, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (from < 0 || fstat(from, &status) < 0)
		return -errno;
	if (!S_ISREG(status.st_mode))
		return -EAGAIN; /* it was a file a moment ago */
	OWNED to = openat(to_directory, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (to < 0)
		return -errno;
	int answer = copy_data(from, to, status.st_size);
	if (answer == 0) {
		copy_attributes(from, to);
		answer = copy_status(to, &status);
	}
	return answer;
}

static int copy_link(int from_directory, int to_directory, const char *name, const struct stat *status)
{
	char target[PATH_MAX];
	ssize_t length = readlinkat(from_directory, name, target, sizeof target - 1);
	if (length < 0)
		return -errno;
	target[length] = '\0';
	if (symlinkat(target, to_directory, name) < 0)
		return -errno;
	return fchownat(to_directory, name, status->st_uid, status->st_gid, AT_SYMLINK_NOFOLLOW) < 0 ? -errno : 0;
}

static int copy_node(int to_directory, const char *name, const struct stat *status)
{
	if (mknodat(to_directory, name, status->st_mode, status->st_rdev) < 0)
		return -errno;
	return fchownat(to_directory, name, status->st_uid, status->st_gid, AT_SYMLINK_NOFOLLOW) < 0 ? -errno : 0;
}

static int copy_entry(struct copying *copying, int from_directory, int to_directory, const char *name)
{
	struct stat status;
	if (fstatat(from_directory, name, &status, AT_SYMLINK_NOFOLLOW) < 0)
		return errno == ENOENT ? 0 : -errno;
	switch (status.st_mode & S_IFMT) {
	case S_IFDIR: {
		OWNED from = openat(from_directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (from < 0 || mkdirat(to_directory, name, 0700) < 0)
			return -errno;
		OWNED to = openat(to_directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		return to < 0 ? -errno : copy_directory(copying, from, to);
	}
	case S_IFREG:
		return copy_file(from_directory, to_directory, name);
	case S_IFLNK:
		return copy_link(from_directory, to_directory, name, &status);
	case S_IFSOCK:
		return 0; /* nobody listens on a copy */
	default:
		return copy_node(to_directory, name, &status);
	}
}

/* Copies the entry and keeps the path up to date; after an error it stays what it was then. */
static int copy_named(struct copying *copying, int from, int to, const char *name)
{
	size_t before = copying->length, length = strlen(name);
	if (before + 1 + length >= sizeof copying->path)
		return -ENAMETOOLONG;
	if (before > 0)
		copying->path[copying->length++] = '/';
	memcpy(copying->path + copying->length, name, length + 1);
	copying->length += length;
	int answer = copy_entry(copying, from, to, name);
	if (answer == 0) {
		copying->length = before;
		copying->path[before] = '\0';
	}
	return answer;
}

/* Both descriptors can be read, not only named. */
static int copy_directory(struct copying *copying, int from, int to)
{
	struct stat status;
	if (fstat(from, &status) < 0)
		return -errno;
	if (++copying->depth > DEPTH_MAX)
		return -ELOOP;
	uint64_t buffer[BUFFER_MAX / sizeof(uint64_t)];
	for (;;) {
		int size = sys_answer(syscall(__NR_getdents64, (long)from, buffer, sizeof buffer));
		if (size < 0)
			return size;
		if (size == 0)
			break;
		for (int at = 0; at < size;) {
			const struct kernel_dirent *entry = (const void *)((const char *)buffer + at);
			at += entry->size;
			if (strcmp(entry->name, ".") == 0 || strcmp(entry->name, "..") == 0)
				continue;
			int answer = copy_named(copying, from, to, entry->name);
			if (answer < 0)
				return answer;
		}
	}
	copying->depth--;
	copy_attributes(from, to);
	return copy_status(to, &status);
}

int copy_up(int from, int to, struct failure *failure)
{
	static struct copying copying;
	memset(&copying, 0, sizeof copying);
	OWNED readable_from = openat(from, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	OWNED readable_to = openat(to, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int answer =
		readable_from < 0 || readable_to < 0 ? -errno : copy_directory(&copying, readable_from, readable_to);
	if (answer < 0)
		detail_set(failure, copying.path);
	return answer;
}
