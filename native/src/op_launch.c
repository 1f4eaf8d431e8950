/* Operations of the launcher that concern the process itself and what it inherits. */
#include "context.h"
#include "control.h"
#include "decimal.h"
#include "fd.h"
#include "mounts.h"
#include "own_proc.h"
#include "sys.h"

#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#define SIGNALS_MAX 64

/* Gives the number to something harmless, so that no descriptor of ours gets it and is taken for a preserved one. */
static int occupy(int number)
{
	if (fcntl(number, F_GETFD) >= 0)
		return 0;
	/* A container without a standard stream has the null device there; other numbers stay closed for it. */
	int fd = open("/dev/null", number <= STDERR_FILENO ? O_RDWR : O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	if (fd == number)
		return 0;
	int answer = dup3(fd, number, number <= STDERR_FILENO ? 0 : O_CLOEXEC) < 0 ? -errno : 0;
	close(fd);
	return answer;
}

int run_close_descriptors(struct context *context, const struct op_close_descriptors *op)
{
	step(context, STEP_CLOSE_DESCRIPTORS_CLOSE);
	unsigned control = (unsigned)context->control;
	int answer = 0;
	if (control < op->from)
		return -EBADF;
	if (control > op->from)
		answer = sys_close_range(op->from, control - 1);
	if (answer == 0)
		answer = sys_close_range(control + 1, ~0u);
	for (unsigned number = 0; answer == 0 && number < op->from; number++)
		answer = occupy((int)number);
	return answer;
}

int run_reset_signals(struct context *context, const struct op_reset_signals *op)
{
	(void)op;
	/*
	 * Not through the C library, which refuses the signals that it uses itself; a JVM or another runtime may have
	 * left them ignored. All zeros is struct sigaction with SIG_DFL on every architecture.
	 */
	static const unsigned char by_default[128];
	step(context, STEP_RESET_SIGNALS_DISPOSITIONS);
	for (long signal = 1; signal <= SIGNALS_MAX; signal++) {
		if (signal == SIGKILL || signal == SIGSTOP)
			continue;
		int answer = sys_answer(syscall(__NR_rt_sigaction, signal, by_default, NULL, (size_t)SIGNALS_MAX / 8));
		if (answer < 0)
			return answer;
	}

	step(context, STEP_RESET_SIGNALS_MASK);
	uint64_t none = 0;
	return sys_answer(syscall(__NR_rt_sigprocmask, (long)SIG_SETMASK, &none, NULL, sizeof none));
}

int run_open_path(struct context *context, const struct op_open_path *op)
{
	step_on(context, STEP_OPEN_PATH_OPEN, op->path);
	int fd = open(op->path, O_PATH | O_CLOEXEC | (op->directory ? O_DIRECTORY : 0));
	return fill_slot(context, op->handle, fd < 0 ? -errno : fd);
}

int run_open_cgroup(struct context *context, const struct op_open_cgroup *op)
{
	step_on(context, STEP_OPEN_CGROUP_OPEN, op->path);
	OWNED path = open(op->path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (path < 0)
		return -errno;
	/*
	 * As the root of a read-only mount that is nowhere attached. Whoever is born into a pid namespace of others has
	 * this handle for a moment, and a process there with CAP_SYS_PTRACE may walk through /proc/PID/fd: with ".."
	 * from here it gets nowhere, and it can write nothing. EPERM: who may not mount has no such container either.
	 */
	OWNED tree = mount_clone(path, false);
	if (tree < 0 && tree != -EPERM)
		return tree;
	if (tree >= 0) {
		int answer = mount_set_attributes(tree, false, ATTR_RDONLY | ATTR_NOSUID | ATTR_NODEV | ATTR_NOEXEC, 0);
		if (answer < 0)
			return answer;
	}
	/* Not O_PATH: kernels differ in whether bpf(2) accepts such a handle. */
	int fd = openat(tree >= 0 ? tree : path, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return fill_slot(context, op->cgroup, fd < 0 ? -errno : fd);
}

int run_set_oom_score_adjustment(struct context *context, const struct op_set_oom_score_adjustment *op)
{
	char value[DECIMAL_MAX];
	write_decimal(value, op->value);
	step(context, STEP_SET_OOM_SCORE_ADJUSTMENT_WRITE);
	return write_own_proc(context, "/proc/self/oom_score_adj", value);
}

int run_hold_file(struct context *context, const struct op_hold_file *op)
{
	step_on(context, STEP_HOLD_FILE_OPEN, op->path);
	OWNED file = open(op->path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (file < 0)
		return -errno;

	step_on(context, STEP_HOLD_FILE_LOCK, op->path);
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	if (fcntl(file, F_OFD_SETLK, &lock) < 0)
		return -errno;
	make_slot_last(context, op->lock);
	return fill_slot(context, op->lock, take(&file));
}

int run_listen_for_start(struct context *context, const struct op_listen_for_start *op)
{
	/* The path may be longer than a socket's address: the directory is entered, and only the name is bound. */
	step_on(context, STEP_LISTEN_FOR_START_OPEN, op->directory);
	if (chdir(op->directory) < 0)
		return -errno;

	step_on(context, STEP_LISTEN_FOR_START_BIND, op->name);
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	size_t length = strlen(op->name);
	if (length == 0 || length >= sizeof address.sun_path)
		return -ENAMETOOLONG;
	memcpy(address.sun_path, op->name, length + 1);
	OWNED listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (listener < 0)
		return -errno;
	mode_t mask = umask(0177);
	int answer = bind(listener, (struct sockaddr *)&address, sizeof address) < 0 ? -errno : 0;
	umask(mask);
	if (answer < 0)
		return answer;
	if (chdir("/") < 0)
		return -errno;

	step_on(context, STEP_LISTEN_FOR_START_LISTEN, op->name);
	if (listen(listener, 8) < 0)
		return -errno;
	make_slot_last(context, op->listener);
	return fill_slot(context, op->listener, take(&listener));
}

/* Whether another cgroup may do: this one is gone, distributes resources to others, or is threaded. */
static bool is_about_cgroup(int error)
{
	return error == -ENODEV || error == -ENOENT || error == -EBUSY || error == -EOPNOTSUPP;
}

static int clone_into(const struct context *context, uint64_t namespaces, uint32_t cgroup)
{
	/*
	 * A sibling, so that the driver is the parent that waits for it and with which it dies. The kernel then takes
	 * over the launcher's own exit signal, SIGCHLD, and insists on none being given.
	 */
	struct kernel_clone_args args = {.flags = namespaces | CLONE_PARENT_FLAG};
	if (cgroup != NO_SLOT) {
		args.flags |= CLONE_INTO_CGROUP_FLAG;
		args.cgroup = (uint64_t)slot(context, cgroup);
	}
	return sys_clone3(&args);
}

static void close_slot(struct context *context, uint32_t number)
{
	if (number != NO_SLOT)
		replace(&context->slots[number], -1);
}

int run_clone_init(struct context *context, const struct op_clone_init *op)
{
	step(context, STEP_CLONE_INIT_CLONE);
	int told = control_tell_branches(context->control);
	if (told < 0)
		return told;
	int pid = clone_into(context, op->namespaces, op->cgroup);
	if (op->fallback != NO_SLOT && is_about_cgroup(pid)) {
		context->branch = BRANCH_CLONE_INIT_FALLBACK;
		pid = clone_into(context, op->namespaces, op->fallback);
	}
	if (pid < 0)
		return pid;
	if (pid > 0) {
		/* If the driver is gone, init learns it from its own end of the socket. */
		control_send_number(context->control, CONTROL_SPAWNED, (uint32_t)pid);
		_exit(0);
	}
	/* Directories of the host: whoever may trace us in a joined pid namespace shall not find them (CVE-2016-9962).
	 */
	close_slot(context, op->cgroup);
	close_slot(context, op->fallback);
	return control_wait(context->control);
}
