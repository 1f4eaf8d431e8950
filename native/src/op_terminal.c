/* Operations on the process's terminal: a new one of the container's devpts, found and passed on by descriptor only. */
#include "context.h"
#include "control.h"
#include "descriptor.h"
#include "fd.h"
#include "mounts.h"
#include "safe_path.h"
#include "stream.h"
#include "sys.h"

#include <limits.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/statfs.h>
#include <sys/sysmacros.h>
#include <sys/un.h>

#ifndef TIOCGPTPEER
#define TIOCGPTPEER 0x5441
#endif

#define DEVPTS_MAGIC_NUMBER 0x1cd1

enum {
	PTMX_MAJOR = 5,
	PTMX_MINOR = 2,
	TERMINAL_MAJOR = 136, /* the first of UNIX98_PTY_MAJOR_COUNT */
	TERMINAL_MAJORS = 8,
	CONSOLE_MODE = 0600, /* of the file below the mount, if it is made */
};

static int connect_to(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t length = strlen(path);
	if (length == 0 || length >= sizeof address.sun_path)
		return -ENAMETOOLONG;
	memcpy(address.sun_path, path, length + 1);
	OWNED connection = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (connection < 0)
		return -errno;
	while (connect(connection, (struct sockaddr *)&address, sizeof address) < 0)
		if (errno != EINTR)
			return -errno;
	return take(&connection);
}

int run_connect_socket(struct context *context, const struct op_connect_socket *op)
{
	/* The path may be longer than a socket's address: the directory is entered, and only the name is given. */
	step_on(context, STEP_CONNECT_SOCKET_DIRECTORY, op->path);
	const char *name = strrchr(op->path, '/');
	char directory[PATH_MAX];
	if (name == NULL)
		return -EINVAL;
	size_t length = (size_t)(name - op->path) + 1;
	if (length >= sizeof directory)
		return -ENAMETOOLONG;
	memcpy(directory, op->path, length);
	directory[length] = '\0';
	if (chdir(directory) < 0)
		return -errno;

	step_on(context, STEP_CONNECT_SOCKET_CONNECT, op->path);
	int connection = connect_to(name + 1);
	if (chdir("/") < 0 && connection >= 0) {
		int error = errno;
		close(connection);
		return -error;
	}
	return fill_slot(context, op->socket, connection);
}

static bool is_devpts(int fd)
{
	struct statfs status;
	return fstatfs(fd, &status) == 0 && status.f_type == DEVPTS_MAGIC_NUMBER;
}

static bool is_ptmx(int fd)
{
	struct stat status;
	return is_devpts(fd) && fstat(fd, &status) == 0 && S_ISCHR(status.st_mode) &&
	       status.st_rdev == makedev(PTMX_MAJOR, PTMX_MINOR);
}

/* A terminal of the devpts that this directory is the root of. */
static bool is_terminal(int fd, int directory)
{
	struct stat status, there;
	return is_devpts(fd) && fstat(fd, &status) == 0 && fstat(directory, &there) == 0 &&
	       status.st_dev == there.st_dev && S_ISCHR(status.st_mode) && major(status.st_rdev) >= TERMINAL_MAJOR &&
	       major(status.st_rdev) < TERMINAL_MAJOR + TERMINAL_MAJORS;
}

int run_open_terminal(struct context *context, const struct op_open_terminal *op)
{
	step_on(context, STEP_OPEN_TERMINAL_RESOLVE, op->directory);
	OWNED directory = safe_resolve(context->root, op->directory, false);
	if (directory < 0)
		return directory;

	step_on(context, STEP_OPEN_TERMINAL_VERIFY, op->directory);
	if (!is_devpts(directory))
		return -ENODEV;

	/* In a devpts nobody can make, rename or link a file; NO_XDEV refuses what is mounted on one. */
	step_on(context, STEP_OPEN_TERMINAL_OPEN, op->directory);
	OWNED master = safe_openat2(directory, "ptmx", O_RDWR | O_NOCTTY,
		RESOLVE_BENEATH_FLAG | RESOLVE_NO_XDEV_FLAG | RESOLVE_NO_SYMLINKS_FLAG | RESOLVE_NO_MAGICLINKS_FLAG);
	if (master < 0)
		return master;
	if (!is_ptmx(master))
		return -ENODEV;

	step_on(context, STEP_OPEN_TERMINAL_UNLOCK, op->directory);
	int unlocked = 0;
	if (ioctl(master, TIOCSPTLCK, &unlocked) < 0)
		return -errno;

	step_on(context, STEP_OPEN_TERMINAL_PEER, op->directory);
	OWNED terminal = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (terminal < 0)
		return -errno;
	if (!is_terminal(terminal, directory))
		return -ENODEV;

	step(context, STEP_OPEN_TERMINAL_SIZE);
	struct winsize size = {.ws_row = (unsigned short)op->rows, .ws_col = (unsigned short)op->columns};
	if (op->rows != 0 && op->columns != 0 && ioctl(master, TIOCSWINSZ, &size) < 0)
		return -errno;

	step(context, STEP_OPEN_TERMINAL_OWNER);
	int answer = give_stream(terminal, op->uid);
	if (answer < 0)
		return answer;
	context->slots[op->master] = take(&master);
	context->slots[op->terminal] = take(&terminal);
	return 0;
}

/* The file that is there, or a new one; never what a symbolic link leads to. */
static int make_target(int directory, const char *name)
{
	int answer = mknodat(directory, name, S_IFREG | CONSOLE_MODE, 0) < 0 ? -errno : 0;
	int target = openat(directory, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (target >= 0)
		return target;
	return errno == ENOENT && answer < 0 ? answer : -errno;
}

int run_attach_console(struct context *context, const struct op_attach_console *op)
{
	step_on(context, STEP_ATTACH_CONSOLE_RESOLVE, op->path);
	char name[NAME_MAX + 1];
	OWNED directory = safe_parent(context->root, op->path, name, sizeof name);
	if (directory < 0)
		return directory;

	step_on(context, STEP_ATTACH_CONSOLE_MAKE, op->path);
	OWNED target = make_target(directory, name);
	if (target < 0)
		return target;

	step_on(context, STEP_ATTACH_CONSOLE_VERIFY, op->path);
	struct stat status;
	if (fstat(target, &status) < 0)
		return -errno;
	if (S_ISLNK(status.st_mode))
		return -ELOOP;
	if (S_ISDIR(status.st_mode))
		return -EISDIR;

	step_on(context, STEP_ATTACH_CONSOLE_CLONE, op->path);
	OWNED tree = mount_clone(slot(context, op->terminal), false);
	if (tree < 0)
		return tree;

	step_on(context, STEP_ATTACH_CONSOLE_ATTACH, op->path);
	return sys_move_mount(tree, target);
}

int run_send_terminal(struct context *context, const struct op_send_terminal *op)
{
	step(context, STEP_SEND_TERMINAL_SEND);
	int *socket = &context->slots[op->socket], *master = &context->slots[op->master];
	int answer = descriptor_send(*socket, op->message, strlen(op->message), *master);
	replace(socket, -1);
	replace(master, -1);
	return answer;
}

int run_relay_terminal(struct context *context, const struct op_relay_terminal *op)
{
	step(context, STEP_RELAY_TERMINAL_SEND);
	int *master = &context->slots[op->master];
	int answer = control_send_terminal(context->control, *master);
	replace(master, -1);
	/* Until it has the size of the caller's: a program that is executed at once looks at that first of all. */
	return answer < 0 ? answer : control_wait(context->control);
}

int run_use_terminal(struct context *context, const struct op_use_terminal *op)
{
	step(context, STEP_USE_TERMINAL_CONTROL);
	int *terminal = &context->slots[op->terminal];
	if (ioctl(*terminal, TIOCSCTTY, 0) < 0)
		return -errno;

	step(context, STEP_USE_TERMINAL_STREAMS);
	for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++)
		if (dup3(*terminal, stream, 0) < 0)
			return -errno;
	replace(terminal, -1);
	return 0;
}
