/* Operations that mount something below the container's root, or change what is mounted there. */
#include "copy_up.h"
#include "fd.h"
#include "mounts.h"
#include "safe_path.h"
#include "sys.h"

#include <string.h>

#define TARGET_MODE 0755 /* of a directory that is made to be mounted on */

/* Sets the detail to an object and what the kernel says about it, and passes the error on. */
static int explain(struct context *context, int filesystem, const char *object, int error)
{
	detail_set(&context->failure, object);
	filesystem_add_log(&context->failure, filesystem);
	return error;
}

/* mode= as the directory has that is going to be covered, or will have if it is still to be made. */
static int inherit_mode(struct context *context, int filesystem, int target)
{
	struct stat status = {.st_mode = TARGET_MODE};
	if (target >= 0 && fstat(target, &status) < 0)
		return -errno;
	char option[] = "mode=0000";
	for (size_t digit = 0; digit < 4; digit++)
		option[5 + digit] = (char)('0' + (status.st_mode >> (3 * (3 - digit)) & 7));
	int answer = filesystem_set_option(filesystem, option);
	return answer < 0 ? explain(context, filesystem, option, answer) : 0;
}

static int set_options(struct context *context, int filesystem, struct texts options, bool tolerate)
{
	const char *option;
	while (texts_next(&options, &option)) {
		int answer = filesystem_set_option(filesystem, option);
		if (answer < 0 && !(tolerate && answer == -EINVAL))
			return explain(context, filesystem, option, answer);
	}
	return 0;
}

/* Makes the file system and a mount of it, detached. Returns the mount or -errno. */
static int create(struct context *context, const struct op_mount_filesystem *op, int target)
{
	step_on(context, STEP_MOUNT_FILESYSTEM_FSOPEN, op->type);
	OWNED filesystem = sys_fsopen(op->type);
	if (filesystem < 0)
		return filesystem;

	int answer = 0;
	if (op->source[0] != '\0') {
		step_on(context, STEP_MOUNT_FILESYSTEM_SOURCE, op->source);
		answer = sys_fsconfig(filesystem, CONFIGURE_STRING, "source", op->source);
		if (answer < 0)
			return explain(context, filesystem, op->source, answer);
	}

	step(context, STEP_MOUNT_FILESYSTEM_OPTION);
	answer = set_options(context, filesystem, op->options, false);
	if (answer == 0)
		answer = set_options(context, filesystem, op->tolerated_options, true);
	if (answer == 0 && op->inherit_mode)
		answer = inherit_mode(context, filesystem, target);
	if (answer < 0)
		return answer;

	step_on(context, STEP_MOUNT_FILESYSTEM_CREATE, op->type);
	answer = sys_fsconfig(filesystem, CONFIGURE_CREATE, NULL, NULL);
	if (answer < 0)
		return explain(context, filesystem, op->type, answer);

	step_on(context, STEP_MOUNT_FILESYSTEM_MOUNT, op->type);
	uint64_t attributes = op->copy_up ? op->attributes & ~ATTR_RDONLY : op->attributes;
	int mount = sys_fsmount(filesystem, attributes);
	return mount < 0 ? explain(context, filesystem, op->type, mount) : mount;
}

/* Fills the still detached mount with what it is going to cover. */
static int fill(struct context *context, const struct op_mount_filesystem *op, int mount, int target)
{
	step(context, STEP_MOUNT_FILESYSTEM_COPY_UP);
	int answer = target < 0 ? 0 : copy_up(target, mount, &context->failure);
	return answer < 0 ? answer : mount_set_attributes(mount, false, op->attributes & ATTR_RDONLY, 0);
}

/*
 * The runtime's own mount, with what is mounted below it, is to be no more than the new one would have been: a
 * read-only /sys must not come with a writable /sys/fs/cgroup (CVE-2023-25809). A user namespace locks access times,
 * which protect nothing.
 */
static int restrict_fallback(int mount, uint64_t attributes)
{
	return mount_set_attributes(mount, true, attributes & ~(ATTR_ATIME_MASK | ATTR_NODIRATIME), 0);
}

/*
 * A mount from the first cgroup namespace changes options of the one cgroup2 file system for the whole machine: none
 * may take nsdelegate from it.
 */
static bool resets_host(const struct context *context, const struct op_mount_filesystem *op)
{
	return context->sees_all_cgroups && op->fallback != NO_SLOT && strcmp(op->type, "cgroup2") == 0;
}

/* A file system is mounted on a directory; an error in place of one is passed on. */
static int check_directory(int target)
{
	struct stat status;
	if (target < 0)
		return target;
	if (fstat(target, &status) < 0)
		return -errno;
	return S_ISDIR(status.st_mode) ? 0 : -ENOTDIR;
}

int run_mount_filesystem(struct context *context, const struct op_mount_filesystem *op)
{
	step_on(context, STEP_MOUNT_FILESYSTEM_RESOLVE, op->destination);
	OWNED target = safe_resolve(context->root, op->destination, op->refuse_symlinks);
	int answer = check_directory(target);
	if (answer < 0 && answer != -ENOENT)
		return answer;

	OWNED mount = resets_host(context, op) ? -EPERM : create(context, op, target);
	if ((mount == -EPERM || mount == -EBUSY) && op->fallback != NO_SLOT) {
		context->branch = BRANCH_MOUNT_FILESYSTEM_FALLBACK;
		mount = take(&context->slots[op->fallback]);
		step_on(context, STEP_MOUNT_FILESYSTEM_MOUNT, op->destination);
		answer = restrict_fallback(mount, op->attributes);
		if (answer < 0)
			return answer;
	} else if (mount < 0) {
		return mount;
	} else if (op->copy_up) {
		answer = fill(context, op, mount, target);
		if (answer < 0)
			return answer;
	}

	/*
	 * Made now that the mount exists: what is made here stays, since nobody can tell whether another container that
	 * shares the root has mounted something there meanwhile, which removing it would detach (docs/adr/0011).
	 */
	if (target < 0) {
		step_on(context, STEP_MOUNT_FILESYSTEM_CREATE_TARGET, op->destination);
		struct safe_target missing = {.refuse_symlinks = op->refuse_symlinks, .mode = TARGET_MODE};
		target = safe_make(context->root, op->destination, &missing, NULL);
		answer = check_directory(target);
		if (answer < 0)
			return answer;
	}

	step_on(context, STEP_MOUNT_FILESYSTEM_ATTACH, op->destination);
	answer = mount_attach(context, mount, target, op->destination);
	if (answer < 0)
		return answer;

	step_on(context, STEP_MOUNT_FILESYSTEM_PROPAGATION, op->destination);
	return mount_set_propagations(mount, &op->propagations);
}

int run_attach_tree(struct context *context, const struct op_attach_tree *op)
{
	int tree = slot(context, op->tree);
	step_on(context, STEP_ATTACH_TREE_RESOLVE, op->destination);
	struct stat status, target_status;
	if (fstat(tree, &status) < 0)
		return -errno;
	bool directory = S_ISDIR(status.st_mode);
	OWNED target = safe_resolve(context->root, op->destination, op->refuse_symlinks);
	if (target == -ENOENT) {
		step_on(context, STEP_ATTACH_TREE_CREATE_TARGET, op->destination);
		struct safe_target missing = {
			.refuse_symlinks = op->refuse_symlinks,
			.file = !directory,
			.mode = directory ? TARGET_MODE : 0644,
		};
		target = safe_make(context->root, op->destination, &missing, NULL);
	}
	if (target < 0)
		return target;
	if (fstat(target, &target_status) < 0)
		return -errno;

	step_on(context, STEP_ATTACH_TREE_DIRECTORY_ON_FILE, op->destination);
	if (directory && !S_ISDIR(target_status.st_mode))
		return -ENOTDIR;
	step_on(context, STEP_ATTACH_TREE_FILE_ON_DIRECTORY, op->destination);
	if (!directory && S_ISDIR(target_status.st_mode))
		return -EISDIR;

	step_on(context, STEP_ATTACH_TREE_ATTACH, op->destination);
	int answer = mount_attach(context, tree, target, op->destination);
	if (answer < 0)
		return answer;

	step_on(context, STEP_ATTACH_TREE_PROPAGATION, op->destination);
	return mount_set_propagations(tree, &op->propagations);
}

static int reconfigure_filesystem(struct context *context, const struct op_reconfigure_mount *op, int target)
{
	step_on(context, STEP_RECONFIGURE_MOUNT_FSPICK, op->destination);
	OWNED filesystem = sys_fspick(target);
	if (filesystem < 0)
		return filesystem;

	step(context, STEP_RECONFIGURE_MOUNT_OPTION);
	int answer = set_options(context, filesystem, op->options, false);
	if (answer < 0)
		return answer;

	step_on(context, STEP_RECONFIGURE_MOUNT_RECONFIGURE, op->destination);
	answer = sys_fsconfig(filesystem, CONFIGURE_RECONFIGURE, NULL, NULL);
	return answer < 0 ? explain(context, filesystem, op->destination, answer) : 0;
}

int run_reconfigure_mount(struct context *context, const struct op_reconfigure_mount *op)
{
	step_on(context, STEP_RECONFIGURE_MOUNT_RESOLVE, op->destination);
	OWNED target = safe_resolve(context->root, op->destination, false);
	if (target < 0)
		return target;
	if (op->filesystem) {
		int answer = reconfigure_filesystem(context, op, target);
		if (answer < 0)
			return answer;
	}

	step_on(context, STEP_RECONFIGURE_MOUNT_ATTRIBUTES, op->destination);
	int answer = mount_set_attributes(target, op->recursive, op->set, op->clear);
	if (answer < 0)
		return answer;

	step_on(context, STEP_RECONFIGURE_MOUNT_PROPAGATION, op->destination);
	return mount_set_propagations(target, &op->propagations);
}
