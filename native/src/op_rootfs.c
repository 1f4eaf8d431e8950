/* Operations on the root file system as a whole, and on the root directory of the process. */
#include "fd.h"
#include "mounts.h"
#include "sys.h"

#include <sys/mount.h>

int run_set_root_propagation(struct context *context, const struct op_set_root_propagation *op)
{
	step(context, STEP_SET_ROOT_PROPAGATION_SET);
	OWNED root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return -errno;
	return mount_set_propagation(root, op->propagation | (op->recursive ? MS_REC_BIT : 0));
}

/*
 * Makes the mount that the directory lies in private: pivot_root(2) wants that, and otherwise the root file system
 * would show up wherever that mount has peers, on the host too.
 */
static int make_containing_mount_private(int directory)
{
	OWNED at = fcntl(directory, F_DUPFD_CLOEXEC, 0);
	for (;;) {
		if (at < 0)
			return -errno;
		int answer = mount_set_propagation(at, MS_PRIVATE_BIT);
		if (answer != -EINVAL)
			return answer;
		/* Not the root of a mount: it is further up. */
		struct stat here, above;
		int parent = openat(at, "..", O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (parent < 0 || fstat(at, &here) < 0 || fstat(parent, &above) < 0) {
			int error = errno;
			replace(&at, parent);
			return -error;
		}
		replace(&at, parent);
		if (here.st_dev == above.st_dev && here.st_ino == above.st_ino)
			return -EINVAL;
	}
}

int run_attach_rootfs(struct context *context, const struct op_attach_rootfs *op)
{
	int tree = slot(context, op->tree);
	step_on(context, STEP_ATTACH_ROOTFS_OPEN, op->path);
	OWNED target = open(op->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (target < 0)
		return -errno;

	step_on(context, STEP_ATTACH_ROOTFS_PARENT, op->path);
	int answer = op->isolate ? make_containing_mount_private(target) : 0;
	if (answer < 0)
		return answer;

	step_on(context, STEP_ATTACH_ROOTFS_ATTACH, op->path);
	answer = sys_move_mount(tree, target);
	if (answer < 0)
		return answer;
	int root = fcntl(tree, F_DUPFD_CLOEXEC, 0);
	if (root < 0)
		return -errno;
	replace(&context->root, root);
	return 0;
}

int run_use_rootfs(struct context *context, const struct op_use_rootfs *op)
{
	step(context, STEP_USE_ROOTFS_OPEN);
	int root = openat(slot(context, op->directory), ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return -errno;
	replace(&context->root, root);
	return 0;
}

int run_set_root_attributes(struct context *context, const struct op_set_root_attributes *op)
{
	step(context, STEP_SET_ROOT_ATTRIBUTES_SET);
	return mount_set_attributes(context->root, false, op->set, 0);
}

int run_pivot_root(struct context *context, const struct op_pivot_root *op)
{
	(void)op;
	step(context, STEP_PIVOT_ROOT_CHDIR);
	OWNED former = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (former < 0 || fchdir(context->root) < 0)
		return -errno;

	/* pivot_root(2): with the same directory twice the former root ends up on top of the new one. */
	step(context, STEP_PIVOT_ROOT_PIVOT);
	int answer = sys_pivot_root(".", ".");
	if (answer < 0)
		return answer;

	/* Not shared, so that what is unmounted here is not unmounted on the host. */
	step(context, STEP_PIVOT_ROOT_PROPAGATION);
	answer = mount_set_propagation(former, MS_SLAVE_BIT | MS_REC_BIT);
	if (answer < 0)
		return answer;

	step(context, STEP_PIVOT_ROOT_DETACH);
	if (fchdir(former) < 0 || umount2(".", MNT_DETACH) < 0)
		return -errno;

	step(context, STEP_PIVOT_ROOT_ENTER);
	return chdir("/") < 0 ? -errno : 0;
}

int run_move_root(struct context *context, const struct op_move_root *op)
{
	(void)op;
	step(context, STEP_MOVE_ROOT_CHDIR);
	OWNED former = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (former < 0 || fchdir(context->root) < 0)
		return -errno;

	step(context, STEP_MOVE_ROOT_MOVE);
	int answer = sys_move_mount(context->root, former);
	if (answer < 0)
		return answer;

	step(context, STEP_MOVE_ROOT_CHROOT);
	return chroot(".") < 0 || chdir("/") < 0 ? -errno : 0;
}

int run_change_root(struct context *context, const struct op_change_root *op)
{
	(void)op;
	step(context, STEP_CHANGE_ROOT_CHDIR);
	if (fchdir(context->root) < 0)
		return -errno;

	step(context, STEP_CHANGE_ROOT_CHROOT);
	return chroot(".") < 0 || chdir("/") < 0 ? -errno : 0;
}
