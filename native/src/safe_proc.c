#include "safe_proc.h"
#include "fd.h"
#include "safe_path.h"
#include "sys.h"

#include <string.h>
#include <sys/vfs.h>

#define PROC_ROOT_INODE 1

int safe_proc_create(void)
{
	OWNED filesystem = sys_fsopen("proc");
	if (filesystem < 0)
		return filesystem;
	int answer = sys_fsconfig(filesystem, CONFIGURE_CREATE, NULL, NULL);
	if (answer < 0)
		return answer;
	return sys_fsmount(filesystem, ATTR_NOSUID | ATTR_NODEV | ATTR_NOEXEC);
}

int safe_proc_clone(void)
{
	unsigned flags = OPEN_TREE_CLONE_FLAG | OPEN_TREE_CLOEXEC_FLAG;
	int tree = sys_open_tree(AT_FDCWD, "/proc", flags);
	/* Mounts below it may be locked to it, by a user namespace; lookups refuse to enter them. */
	return tree == -EINVAL ? sys_open_tree(AT_FDCWD, "/proc", flags | AT_RECURSIVE) : tree;
}

int safe_proc_verify(int proc)
{
	struct statfs filesystem;
	struct stat status;
	if (fstatfs(proc, &filesystem) < 0 || fstat(proc, &status) < 0)
		return -errno;
	return filesystem.f_type == PROC_SUPER_MAGIC_NUMBER && status.st_ino == PROC_ROOT_INODE ? 0 : -EXDEV;
}

int safe_proc_open(int proc, const char *path, uint64_t flags)
{
	return safe_openat2(
		proc, path, flags, RESOLVE_BENEATH_FLAG | RESOLVE_NO_XDEV_FLAG | RESOLVE_NO_MAGICLINKS_FLAG);
}

int write_at_once(int file, const char *text)
{
	size_t size = strlen(text);
	for (;;) {
		ssize_t written = write(file, text, size);
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return -errno;
		return (size_t)written == size ? 0 : -EIO;
	}
}
