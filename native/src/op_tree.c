/* Operations on detached trees of mounts: CloneTree, CloneDevice, SetTreeAttributes. */
#include "fd.h"
#include "mounts.h"
#include "sys.h"

#include <sys/sysmacros.h>

int run_clone_tree(struct context *context, const struct op_clone_tree *op)
{
	step_on(context, STEP_CLONE_TREE_OPEN, op->path);
	unsigned flags = OPEN_TREE_CLONE_FLAG | OPEN_TREE_CLOEXEC_FLAG | (op->recursive ? AT_RECURSIVE : 0);
	return fill_slot(context, op->tree, sys_open_tree(AT_FDCWD, op->path, flags));
}

int run_clone_device(struct context *context, const struct op_clone_device *op)
{
	step_on(context, STEP_CLONE_DEVICE_OPEN, op->path);
	OWNED tree = sys_open_tree(AT_FDCWD, op->path, OPEN_TREE_CLONE_FLAG | OPEN_TREE_CLOEXEC_FLAG);
	if (tree < 0)
		return tree;

	step_on(context, STEP_CLONE_DEVICE_VERIFY, op->path);
	struct stat status;
	if (fstat(tree, &status) < 0)
		return -errno;
	if ((status.st_mode & S_IFMT) != op->type || status.st_rdev != makedev(op->major, op->minor))
		return -ENODEV;

	/* The node is the host's own: nothing of it can be changed, only refused. */
	step_on(context, STEP_CLONE_DEVICE_MODE, op->path);
	if (op->verify_mode && (status.st_mode & 07777) != op->mode)
		return -EPERM;
	return fill_slot(context, op->tree, take(&tree));
}

int run_set_tree_attributes(struct context *context, const struct op_set_tree_attributes *op)
{
	int tree = slot(context, op->tree);
	step(context, STEP_SET_TREE_ATTRIBUTES_ATTRIBUTES);
	int answer = mount_set_attributes(tree, op->recursive, op->set, op->clear);
	if (answer < 0)
		return answer;

	step(context, STEP_SET_TREE_ATTRIBUTES_PROPAGATION);
	return mount_set_propagation(tree, op->propagation | (op->recursive ? MS_REC_BIT : 0));
}
