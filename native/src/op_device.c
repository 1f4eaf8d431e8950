/* Operations that make files below the container's root: devices, symbolic links, directories. */
#include "context.h"
#include "decimal.h"
#include "fd.h"
#include "safe_path.h"
#include "sys.h"

#include <string.h>
#include <sys/sysmacros.h>

/* Of a node that we made; a default ACL of the directory may have taken permissions from what mknod was asked for. */
static int set_mode(const struct context *context, int node, mode_t mode)
{
	int answer = sys_fchmod_handle(node, mode);
	if (answer != -ENOSYS && answer != -EINVAL)
		return answer;
	if (context->proc < 0)
		return -ENOSYS;
	/* Before Linux 6.6: through the magic link of our own descriptor, in a procfs that is certainly one. */
	char path[32] = "self/fd/";
	write_decimal(path + strlen(path), node);
	return fchmodat(context->proc, path, mode, 0) < 0 ? -errno : 0;
}

int run_make_device(struct context *context, const struct op_make_device *op)
{
	step_on(context, STEP_MAKE_DEVICE_RESOLVE, op->path);
	char name[NAME_MAX + 1];
	OWNED directory = safe_parent(context->root, op->path, name, sizeof name);
	if (directory < 0)
		return directory;

	step_on(context, STEP_MAKE_DEVICE_MAKE, op->path);
	bool numbered = !S_ISFIFO(op->mode);
	dev_t number = numbered ? makedev(op->major, op->minor) : 0;
	bool made = mknodat(directory, name, op->mode, number) == 0;
	if (!made && errno != EEXIST)
		return -errno;
	OWNED node = openat(directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	struct stat status;
	if (node < 0 || fstat(node, &status) < 0)
		return -errno;

	step_on(context, STEP_MAKE_DEVICE_MISMATCH, op->path);
	if ((status.st_mode & S_IFMT) != (op->mode & S_IFMT) || (numbered && status.st_rdev != number))
		return -EEXIST;
	/* What was there may be a bind mount of the host's: its owner and mode are not ours to change. */
	if (!made)
		return 0;

	step_on(context, STEP_MAKE_DEVICE_OWNER, op->path);
	if ((status.st_uid != op->uid || status.st_gid != op->gid) &&
		fchownat(node, "", op->uid, op->gid, AT_EMPTY_PATH) < 0)
		return -errno;

	step_on(context, STEP_MAKE_DEVICE_MODE, op->path);
	if (fstat(node, &status) < 0)
		return -errno;
	return (status.st_mode & 07777) == (op->mode & 07777) ? 0 : set_mode(context, node, op->mode & 07777);
}

int run_make_symlink(struct context *context, const struct op_make_symlink *op)
{
	step_on(context, STEP_MAKE_SYMLINK_RESOLVE, op->path);
	if (op->requires[0] != '\0') {
		OWNED required = safe_resolve(context->root, op->requires, false);
		if (required < 0) {
			context->branch = BRANCH_MAKE_SYMLINK_NOT_REQUIRED;
			return 0;
		}
	}
	char name[NAME_MAX + 1];
	OWNED directory = safe_parent(context->root, op->path, name, sizeof name);
	if (directory < 0)
		return directory;

	if (op->replace) {
		step_on(context, STEP_MAKE_SYMLINK_REMOVE, op->path);
		if (unlinkat(directory, name, 0) < 0 && errno != ENOENT)
			return -errno;
	}

	step_on(context, STEP_MAKE_SYMLINK_MAKE, op->path);
	if (symlinkat(op->target, directory, name) == 0)
		return 0;
	if (errno != EEXIST)
		return -errno;
	context->branch = BRANCH_MAKE_SYMLINK_EXISTS;
	return 0;
}

int run_make_directory(struct context *context, const struct op_make_directory *op)
{
	step_on(context, STEP_MAKE_DIRECTORY_MAKE, op->path);
	struct safe_target missing = {.mode = op->mode};
	OWNED directory = safe_make(context->root, op->path, &missing, NULL);
	switch (directory) {
	case -EROFS:
	case -ENOTDIR:
	case -EACCES:
		context->branch = BRANCH_MAKE_DIRECTORY_DEFERRED;
		return 0;
	default:
		break;
	}
	if (directory < 0)
		return directory;
	struct stat status;
	if (fstat(directory, &status) < 0)
		return -errno;
	if (!S_ISDIR(status.st_mode))
		context->branch = BRANCH_MAKE_DIRECTORY_DEFERRED;
	return 0;
}
