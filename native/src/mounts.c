#include "mounts.h"
#include "fd.h"
#include "sys.h"

#include <string.h>

int mount_clone(int mount, bool recursive)
{
	return sys_open_tree(mount, "",
		OPEN_TREE_CLONE_FLAG | OPEN_TREE_CLOEXEC_FLAG | (unsigned)AT_EMPTY_PATH |
			(recursive ? AT_RECURSIVE : 0));
}

int mount_set_attributes(int mount, bool recursive, uint64_t set, uint64_t clear)
{
	/* mount_setattr(2): the access time is one value, which is cleared as a whole. */
	if (((set | clear) & ATTR_ATIME_MASK) != 0)
		clear |= ATTR_ATIME_MASK;
	if (set == 0 && clear == 0)
		return 0;
	struct kernel_mount_attr attr = {.attr_set = set, .attr_clr = clear};
	return sys_mount_setattr(mount, "", AT_EMPTY_PATH | (recursive ? AT_RECURSIVE : 0), &attr);
}

int mount_set_propagation(int mount, uint32_t bits)
{
	struct kernel_mount_attr attr = {.propagation = bits & ~MS_REC_BIT};
	if (attr.propagation == 0)
		return 0;
	return sys_mount_setattr(mount, "", AT_EMPTY_PATH | ((bits & MS_REC_BIT) != 0 ? AT_RECURSIVE : 0), &attr);
}

int mount_set_propagations(int mount, const struct numbers *propagations)
{
	for (uint32_t i = 0; i < propagations->count; i++) {
		int answer = mount_set_propagation(mount, number_at(propagations, i));
		if (answer < 0)
			return answer;
	}
	return 0;
}

/*
 * overlayfs's lowerdir=A:B::C in single steps (Linux 6.5): the kernel takes no text of 256 bytes or more, which a list
 * of layers soon is. A backslash protects a colon; behind a double colon come layers for data only.
 */
static int set_lower_directories(int filesystem, const char *list)
{
	const char *key = "lowerdir+";
	while (*list != '\0') {
		char layer[256];
		size_t length = 0;
		for (; *list != '\0' && *list != ':'; list++) {
			if (*list == '\\' && list[1] != '\0')
				list++;
			if (length >= sizeof layer - 1)
				return -ENAMETOOLONG;
			layer[length++] = *list;
		}
		layer[length] = '\0';
		int answer = sys_fsconfig(filesystem, CONFIGURE_STRING, key, layer);
		if (answer < 0)
			return answer;
		if (list[0] == ':' && list[1] == ':') {
			key = "datadir+";
			list++;
		}
		if (*list == ':')
			list++;
	}
	return 0;
}

int filesystem_set_option(int filesystem, const char *option)
{
	const char *equals = strchr(option, '=');
	if (equals == NULL)
		return sys_fsconfig(filesystem, CONFIGURE_FLAG, option, NULL);
	char key[256]; /* the kernel's limit */
	size_t length = (size_t)(equals - option);
	if (length >= sizeof key)
		return -EINVAL;
	memcpy(key, option, length);
	key[length] = '\0';
	if (strcmp(key, "lowerdir") == 0 && strlen(equals + 1) > 255)
		return set_lower_directories(filesystem, equals + 1);
	return sys_fsconfig(filesystem, CONFIGURE_STRING, key, equals + 1);
}

void filesystem_add_log(struct failure *failure, int filesystem)
{
	char message[1024];
	for (;;) {
		ssize_t size = read(filesystem, message, sizeof message);
		if (size < 0 && errno == EINTR)
			continue;
		if (size <= 0)
			return;
		/* "e tmpfs: Bad value for 'size'\n": a letter for the level comes first. */
		size_t start = size > 2 && message[1] == ' ' ? 2 : 0;
		size_t end = (size_t)size;
		while (end > start && message[end - 1] == '\n')
			end--;
		if (failure->length > 0)
			detail_add(failure, ": ", 2);
		detail_add(failure, message + start, end - start);
	}
}

bool path_is_root(const char *path)
{
	while (*path != '\0') {
		size_t length = strcspn(path, "/");
		if (length > 2 || strspn(path, ".") < length)
			return false;
		path += length;
		path += strspn(path, "/");
	}
	return true;
}

int mount_attach(struct context *context, int mount, int target, const char *destination)
{
	int answer = sys_move_mount(mount, target);
	if (answer < 0 || !path_is_root(destination))
		return answer;
	int root = fcntl(mount, F_DUPFD_CLOEXEC, 0);
	if (root < 0)
		return -errno;
	replace(&context->root, root);
	return 0;
}
