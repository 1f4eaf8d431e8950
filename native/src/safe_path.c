#include "safe_path.h"
#include "fd.h"
#include "sys.h"

#include <limits.h>
#include <string.h>
#include <sys/vfs.h>
#include <time.h>

#define AGAIN_NANOSECONDS INT64_C(50000000)
#define FOLLOWED_MAX 40 /* as the kernel's limit of symbolic links in a path */

static int64_t now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int safe_openat2(int directory, const char *path, uint64_t flags, uint64_t resolve)
{
	int64_t deadline = 0;
	for (;;) {
		int fd = sys_openat2(directory, path, flags | O_CLOEXEC, 0, resolve);
		if (fd == -EINTR)
			continue;
		if (fd != -EAGAIN)
			return fd;
		if (deadline == 0)
			deadline = now() + AGAIN_NANOSECONDS;
		else if (now() > deadline)
			return -EAGAIN;
		sched_yield();
	}
}

static int resolve(int root, const char *path, bool refuse_symlinks)
{
	uint64_t how = RESOLVE_IN_ROOT_FLAG | RESOLVE_NO_MAGICLINKS_FLAG;
	return safe_openat2(root, path, O_PATH, how | (refuse_symlinks ? RESOLVE_NO_SYMLINKS_FLAG : 0));
}

int safe_resolve(int root, const char *path, bool refuse_symlinks)
{
	return resolve(root, path[0] == '\0' ? "." : path, refuse_symlinks);
}

static bool is_dots(const char *name)
{
	return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* The end of the component before `end`, not counting slashes; 0 if there is none. */
static size_t cut(const char *path, size_t end)
{
	while (end > 0 && path[end - 1] == '/')
		end--;
	while (end > 0 && path[end - 1] != '/')
		end--;
	while (end > 0 && path[end - 1] == '/')
		end--;
	return end;
}

/* Opens the longest part of the path that exists; *end becomes where it ends. */
static int resolve_prefix(int root, char *path, size_t *end, bool refuse_symlinks)
{
	*end = strlen(path);
	for (;;) {
		char saved = path[*end];
		path[*end] = '\0';
		int fd = resolve(root, *end == 0 ? "." : path, refuse_symlinks);
		path[*end] = saved;
		if (fd != -ENOENT || *end == 0)
			return fd;
		*end = cut(path, *end);
	}
}

/*
 * Links of procfs lead where their text does not, so the text must not be followed instead. They seem to lead nowhere
 * when they are those of descriptors that were opened only for this walk.
 */
static bool is_magic(int link)
{
	struct statfs filesystem;
	return fstatfs(link, &filesystem) < 0 || filesystem.f_type == PROC_SUPER_MAGIC_NUMBER;
}

/*
 * `path` up to `start` is a directory in which the component up to `end` is a symbolic link to nothing: replaces it by
 * what it points to. Returns 0 or -errno.
 */
static int substitute(char *path, size_t start, size_t end, int link)
{
	char text[PATH_MAX * 2];
	ssize_t length = readlinkat(link, "", text, PATH_MAX);
	if (length < 0)
		return -errno;
	size_t rest = strlen(path + end);
	size_t kept = length > 0 && text[0] == '/' ? 0 : start;
	if (kept + 1 + (size_t)length + rest + 1 > PATH_MAX)
		return -ENAMETOOLONG;
	memcpy(text + length, path + end, rest + 1);
	if (kept > 0)
		path[kept++] = '/';
	memcpy(path + kept, text, (size_t)length + rest + 1);
	return 0;
}

static int make_one(int directory, const char *name, bool file, mode_t mode)
{
	int answer = file ? mknodat(directory, name, S_IFREG | mode, 0) : mkdirat(directory, name, mode);
	return answer < 0 ? -errno : 0;
}

/* What became of an attempt to make the rest of a path. */
enum walk { WALK_DONE, WALK_AGAIN };

/*
 * Makes the components of `path` from `at` on below *directory, which becomes the last one. WALK_AGAIN: the path has to
 * be looked up once more, since it was changed or leads back.
 */
static int make_rest(int *directory, char *path, size_t at, const struct safe_target *target, bool *made)
{
	for (;;) {
		while (path[at] == '/')
			at++;
		if (path[at] == '\0')
			return WALK_DONE;
		size_t end = at + strcspn(path + at, "/");
		size_t next = end + strspn(path + end, "/");
		bool last = path[next] == '\0';
		char name[NAME_MAX + 1];
		if (end - at > NAME_MAX)
			return -ENAMETOOLONG;
		memcpy(name, path + at, end - at);
		name[end - at] = '\0';
		if (is_dots(name))
			return WALK_AGAIN;

		bool file = last && target->file;
		int answer = make_one(*directory, name, file, last ? target->mode : 0755);
		if (answer < 0 && answer != -EEXIST)
			return answer;
		/* Ours, or what somebody made before us; never through a symbolic link. */
		OWNED child = openat(*directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
		struct stat status;
		if (child < 0)
			return errno == ENOENT ? WALK_AGAIN : -errno;
		if (fstat(child, &status) < 0)
			return -errno;
		if (S_ISLNK(status.st_mode)) {
			if (target->refuse_symlinks || is_magic(child))
				return -ELOOP;
			answer = substitute(path, cut(path, end), end, child);
			return answer < 0 ? answer : WALK_AGAIN;
		}
		if (!last && !S_ISDIR(status.st_mode))
			return -ENOTDIR;
		if (last && made != NULL)
			*made = answer == 0;
		replace(directory, take(&child));
		at = end;
	}
}

int safe_make(int root, const char *given, const struct safe_target *target, bool *made)
{
	int fd = safe_resolve(root, given, target->refuse_symlinks);
	if (made != NULL)
		*made = false;
	if (fd != -ENOENT)
		return fd;

	char path[PATH_MAX];
	if (strlen(given) >= sizeof path)
		return -ENAMETOOLONG;
	strcpy(path, given);
	for (int attempt = 0; attempt < FOLLOWED_MAX; attempt++) {
		size_t end;
		OWNED directory = resolve_prefix(root, path, &end, target->refuse_symlinks);
		if (directory < 0)
			return directory;
		int answer = make_rest(&directory, path, end, target, made);
		if (answer < 0)
			return answer;
		if (answer == WALK_DONE)
			return take(&directory);
	}
	return -ELOOP;
}

int safe_parent(int root, const char *path, char *name, size_t size)
{
	char directory[PATH_MAX];
	size_t length = strlen(path);
	if (length >= sizeof directory)
		return -ENAMETOOLONG;
	memcpy(directory, path, length + 1);
	while (length > 0 && directory[length - 1] == '/')
		directory[--length] = '\0';
	size_t start = length;
	while (start > 0 && directory[start - 1] != '/')
		start--;
	if (length == start || is_dots(directory + start))
		return -EINVAL;
	if (length - start >= size)
		return -ENAMETOOLONG;
	memcpy(name, directory + start, length - start + 1);
	directory[start] = '\0';
	struct safe_target target = {.mode = 0755};
	return safe_make(root, directory, &target, NULL);
}
