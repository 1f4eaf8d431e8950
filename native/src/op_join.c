/* Operations of an exec: joining a container that is there. */
#include "context.h"
#include "decimal.h"
#include "dumpable.h"
#include "fd.h"
#include "process.h"
#include "sys.h"

#include <string.h>
#include <sys/stat.h>

/* The number of the cgroup namespace that the kernel begins with: PROC_CGROUP_INIT_INO of its linux/proc_ns.h. */
#define FIRST_CGROUP_NAMESPACE 0xEFFFFFFBu

/* "/proc/PID/NAME", or of ourselves. */
struct proc_path {
	char text[64];
};

static struct proc_path proc_path(const char *pid, const char *name)
{
	struct proc_path path = {.text = "/proc/"};
	strcat(path.text, pid);
	strcat(path.text, "/");
	strncat(path.text, name, sizeof path.text - strlen(path.text) - 1);
	return path;
}

static struct proc_path proc_path_of(uint32_t pid, const char *name)
{
	char number[DECIMAL_MAX];
	write_decimal(number, pid);
	return proc_path(number, name);
}

/* What was found in /proc by its number belongs to the process only if that has not ended. */
static int check_alive(int process)
{
	return process_has_exited(process) ? -ESRCH : 0;
}

/* 1 if the process is in the same namespace as we are, 0 if not, or -errno. */
static int shares_namespace(uint32_t pid, const char *name)
{
	struct stat ours, theirs;
	if (stat(proc_path("self", name).text, &ours) < 0)
		return errno == ENOENT ? 1 : -errno; /* a kernel without that kind */
	if (stat(proc_path_of(pid, name).text, &theirs) < 0)
		return errno == ENOENT ? -ESRCH : -errno;
	return ours.st_dev == theirs.st_dev && ours.st_ino == theirs.st_ino;
}

int run_open_process(struct context *context, const struct op_open_process *op)
{
	step(context, STEP_OPEN_PROCESS_OPEN);
	OWNED process = process_open((pid_t)op->pid, op->start_time);
	if (process < 0)
		return process;
	int answer = check_alive(process);
	return answer < 0 ? answer : fill_slot(context, op->process, take(&process));
}

int run_open_process_root(struct context *context, const struct op_open_process_root *op)
{
	step(context, STEP_OPEN_PROCESS_ROOT_OPEN);
	OWNED root = open(proc_path_of(op->pid, "root").text, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return errno == ENOENT ? -ESRCH : -errno;
	int answer = check_alive(slot(context, op->process));
	return answer < 0 ? answer : fill_slot(context, op->root, take(&root));
}

int run_open_cgroup_namespace(struct context *context, const struct op_open_cgroup_namespace *op)
{
	step(context, STEP_OPEN_CGROUP_NAMESPACE_OPEN);
	int shared = shares_namespace(op->pid, "ns/cgroup");
	if (shared < 0)
		return shared;
	if (shared) {
		context->branch = BRANCH_OPEN_CGROUP_NAMESPACE_OWN;
		return check_alive(slot(context, op->process));
	}
	OWNED namespace = open(proc_path_of(op->pid, "ns/cgroup").text, O_RDONLY | O_CLOEXEC);
	if (namespace < 0)
		return errno == ENOENT ? -ESRCH : -errno;
	int answer = check_alive(slot(context, op->process));
	return answer < 0 ? answer : fill_slot(context, op->namespace, take(&namespace));
}

int run_join_process(struct context *context, const struct op_join_process *op)
{
	static const struct {
		uint32_t type;
		const char *name;
	} kinds[] = {
		{CLONE_NEWUSER_FLAG, "ns/user"},
		{CLONE_NEWNS_FLAG, "ns/mnt"},
		{CLONE_NEWPID, "ns/pid"},
		{CLONE_NEWNET, "ns/net"},
		{CLONE_NEWIPC, "ns/ipc"},
		{CLONE_NEWUTS, "ns/uts"},
		{CLONE_NEWTIME_FLAG, "ns/time"},
	};
	int process = slot(context, op->process);
	uint32_t others = 0;
	step(context, STEP_JOIN_PROCESS_COMPARE);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
		int shared = shares_namespace(op->pid, kinds[i].name);
		if (shared < 0)
			return shared;
		if (!shared)
			others |= kinds[i].type;
	}
	int answer = check_alive(process);
	if (answer < 0)
		return answer;

	step(context, STEP_JOIN_PROCESS_ISOLATED);
	if (op->isolated && (others & CLONE_NEWNS_FLAG) == 0)
		return -EPERM;

	/* Those that are our own are left out: the kernel refuses a user namespace that one is in already. */
	step(context, STEP_JOIN_PROCESS_JOIN);
	answer = others == 0 ? 0 : sys_setns(process, others);
	if (answer < 0)
		return answer;
	replace(&context->slots[op->process], -1);
	/* The change of credentials may have made us traceable for the processes of the container. */
	return set_dumpable(false);
}

int run_enter_cgroup_namespace(struct context *context, const struct op_enter_cgroup_namespace *op)
{
	step(context, STEP_ENTER_CGROUP_NAMESPACE_JOIN);
	if (slot(context, op->namespace) < 0) {
		context->branch = BRANCH_ENTER_CGROUP_NAMESPACE_OWN;
		return 0;
	}
	struct stat status;
	if (fstat(slot(context, op->namespace), &status) < 0)
		return -errno;
	context->sees_all_cgroups = status.st_ino == FIRST_CGROUP_NAMESPACE;
	int answer = sys_setns(slot(context, op->namespace), CLONE_NEWCGROUP_FLAG);
	replace(&context->slots[op->namespace], -1);
	return answer;
}

int run_enter_root(struct context *context, const struct op_enter_root *op)
{
	if (op->root != NO_SLOT) {
		step(context, STEP_ENTER_ROOT_ENTER);
		if (fchdir(slot(context, op->root)) < 0)
			return -errno;
		replace(&context->slots[op->root], -1);

		step(context, STEP_ENTER_ROOT_CHROOT);
		if (chroot(".") < 0 || chdir("/") < 0)
			return -errno;
	}
	step(context, STEP_ENTER_ROOT_OPEN);
	int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return -errno;
	replace(&context->root, root);
	return 0;
}
