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

/* Attaches the tree, which becomes the root that later operations see. */
static int attach_root(struct context *context, int tree, int target)
{
	int answer = sys_move_mount(tree, target);
	if (answer < 0)
		return answer;
	int root = fcntl(tree, F_DUPFD_CLOEXEC, 0);
	if (root < 0)
		return -errno;
	replace(&context->root, root);
	return 0;
}

int run_attach_rootfs(struct context *context, const struct op_attach_rootfs *op)
{
	step_on(context, STEP_ATTACH_ROOTFS_OPEN, op->path);
	OWNED target = open(op->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (target < 0)
		return -errno;

	step_on(context, STEP_ATTACH_ROOTFS_PARENT, op->path);
	int answer = make_containing_mount_private(target);
	if (answer < 0)
		return answer;

	step_on(context, STEP_ATTACH_ROOTFS_ATTACH, op->path);
	return attach_root(context, slot(context, op->tree), target);
}

/*
 * Mounts a directory on itself, privately. A mount that is attached to a shared one becomes shared, with copies at all
 * peers: so it is this one, under which nothing is yet, and not the container's root. Private already before that, as
 * otherwise it would be a peer of the mount that it was copied from.
 */
static int mount_apart(int directory)
{
	OWNED mount = mount_clone(directory, false);
	if (mount < 0)
		return mount;
	int answer = mount_set_propagation(mount, MS_PRIVATE_BIT);
	if (answer == 0)
		answer = sys_move_mount(mount, directory);
	if (answer == 0)
		answer = mount_set_propagation(mount, MS_PRIVATE_BIT);
	return answer < 0 ? answer : take(&mount);
}

int run_attach_rootfs_apart(struct context *context, const struct op_attach_rootfs_apart *op)
{
	step_on(context, STEP_ATTACH_ROOTFS_APART_OPEN, op->path);
	OWNED place = open(op->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (place < 0)
		return -errno;

	/* Only from this very directory is it certain that delete takes the root away, whoever else may mount here. */
	step_on(context, STEP_ATTACH_ROOTFS_APART_VERIFY, op->path);
	struct stat here, there;
	if (fstat(place, &here) < 0 || fstat(slot(context, op->place), &there) < 0)
		return -errno;
	if (here.st_dev != there.st_dev || here.st_ino != there.st_ino)
		return -EXDEV;

	step_on(context, STEP_ATTACH_ROOTFS_APART_ISOLATE, op->path);
	OWNED mount = mount_apart(place);
	if (mount < 0)
		return mount;

	step_on(context, STEP_ATTACH_ROOTFS_APART_ATTACH, op->path);
	return attach_root(context, slot(context, op->tree), mount);
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
