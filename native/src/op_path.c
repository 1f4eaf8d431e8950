/* MaskPath and MakePathReadOnly: covers are complete before they are attached, and no path is looked up twice. */
#include "fd.h"
#include "mounts.h"
#include "safe_path.h"
#include "sys.h"

static bool is_missing(int answer)
{
	return answer == -ENOENT || answer == -ENOTDIR;
}

/* A detached, empty file system that nobody can write to, for all masked directories together. */
static int create_empty(struct context *context, const char *path)
{
	step_on(context, STEP_MASK_PATH_TMPFS, path);
	OWNED filesystem = sys_fsopen("tmpfs");
	if (filesystem < 0)
		return filesystem;
	int answer = filesystem_set_option(filesystem, "mode=755");
	if (answer == 0)
		answer = filesystem_set_option(filesystem, "nr_inodes=1");
	if (answer == 0)
		answer = filesystem_set_option(filesystem, "ro");
	if (answer == 0)
		answer = sys_fsconfig(filesystem, CONFIGURE_CREATE, NULL, NULL);
	if (answer == 0)
		answer = sys_fsmount(filesystem, ATTR_RDONLY | ATTR_NOSUID | ATTR_NODEV | ATTR_NOEXEC);
	if (answer < 0)
		filesystem_add_log(&context->failure, filesystem);
	return answer;
}

/* The first one is the file system's own mount. Only an attached mount can be cloned, as the others are. */
static int mask_directory(struct context *context, int target, const char *path)
{
	OWNED cover = -1;
	bool first = context->empty_directory < 0;
	if (first) {
		cover = create_empty(context, path);
	} else {
		step_on(context, STEP_MASK_PATH_CLONE, path);
		cover = mount_clone(context->empty_directory, false);
	}
	if (cover < 0)
		return cover;

	step_on(context, STEP_MASK_PATH_ATTACH, path);
	int answer = sys_move_mount(cover, target);
	if (answer == 0 && first)
		context->empty_directory = take(&cover);
	return answer;
}

static int mask_file(struct context *context, int target, const struct op_mask_path *op)
{
	int null_device = slot(context, op->null_device);
	OWNED clone = -1;
	int cover = null_device;
	if (context->null_is_attached) {
		step_on(context, STEP_MASK_PATH_CLONE, op->path);
		clone = mount_clone(null_device, false);
		if (clone < 0)
			return clone;
		cover = clone;
	}

	step_on(context, STEP_MASK_PATH_ATTACH, op->path);
	int answer = sys_move_mount(cover, target);
	if (answer == 0)
		context->null_is_attached = true;
	return answer;
}

int run_mask_path(struct context *context, const struct op_mask_path *op)
{
	step_on(context, STEP_MASK_PATH_RESOLVE, op->path);
	OWNED target = safe_resolve(context->root, op->path, false);
	if (is_missing(target)) {
		context->branch = BRANCH_MASK_PATH_MISSING;
		return 0;
	}
	/* What is there is decided by what was opened, not by the errors of an attempt (CVE-2025-31133). */
	struct stat status;
	if (target < 0)
		return target;
	if (fstat(target, &status) < 0)
		return -errno;
	return S_ISDIR(status.st_mode) ? mask_directory(context, target, op->path) : mask_file(context, target, op);
}

int run_make_path_read_only(struct context *context, const struct op_make_path_read_only *op)
{
	step_on(context, STEP_MAKE_PATH_READ_ONLY_RESOLVE, op->path);
	OWNED target = safe_resolve(context->root, op->path, false);
	if (is_missing(target)) {
		context->branch = BRANCH_MAKE_PATH_READ_ONLY_MISSING;
		return 0;
	}
	if (target < 0)
		return target;

	step_on(context, STEP_MAKE_PATH_READ_ONLY_CLONE, op->path);
	OWNED copy = mount_clone(target, true);
	if (copy < 0)
		return copy;

	/* The other attributes stay; mounts below it keep theirs, as with a read-only bind mount. */
	step_on(context, STEP_MAKE_PATH_READ_ONLY_ATTRIBUTES, op->path);
	int answer = mount_set_attributes(copy, false, ATTR_RDONLY, 0);
	if (answer < 0)
		return answer;

	step_on(context, STEP_MAKE_PATH_READ_ONLY_ATTACH, op->path);
	return sys_move_mount(copy, target);
}
