/* Operations on the process itself, other than its credentials. */
#include "context.h"
#include "control.h"
#include "decimal.h"
#include "fd.h"
#include "safe_proc.h"
#include "stream.h"
#include "sys.h"

#include <string.h>
#include <sys/personality.h>
#include <sys/prctl.h>

#define JOIN_SESSION_KEYRING 1 /* KEYCTL_JOIN_SESSION_KEYRING */

int run_die_with_parent(struct context *context, const struct op_die_with_parent *op)
{
	(void)op;
	step(context, STEP_DIE_WITH_PARENT_SET);
	int answer = sys_prctl(PR_SET_PDEATHSIG, SIGKILL, 0);
	if (answer < 0)
		return answer;
	/* The driver may have died before; its end of the socket tells, whatever our parent is by now. */
	return context->control < 0 || control_is_alive(context->control) ? 0 : -EPIPE;
}

int run_new_session(struct context *context, const struct op_new_session *op)
{
	(void)op;
	step(context, STEP_NEW_SESSION_CREATE);
	return setsid() < 0 ? -errno : 0;
}

int run_join_session_keyring(struct context *context, const struct op_join_session_keyring *op)
{
	step(context, STEP_JOIN_SESSION_KEYRING_JOIN);
	int answer = sys_answer(syscall(__NR_keyctl, (long)JOIN_SESSION_KEYRING, op->name));
	switch (answer) {
	case -ENOSYS:
	case -EPERM:
	case -EACCES:
		context->branch = BRANCH_JOIN_SESSION_KEYRING_UNAVAILABLE;
		return 0;
	default:
		return answer < 0 ? answer : 0;
	}
}

int run_set_resource_limit(struct context *context, const struct op_set_resource_limit *op)
{
	uint64_t limit[2] = {op->soft, op->hard};
	step(context, STEP_SET_RESOURCE_LIMIT_SET);
	return sys_answer(syscall(__NR_prlimit64, 0L, (unsigned long)op->resource, limit, NULL));
}

int run_name_own_pid(struct context *context, const struct op_name_own_pid *op)
{
	step_on(context, STEP_NAME_OWN_PID_NAME, op->variable);
	size_t length = strlen(op->variable);
	if (length == 0 || length + 1 + DECIMAL_MAX > sizeof context->own_pid)
		return -ENAMETOOLONG;
	memcpy(context->own_pid, op->variable, length);
	context->own_pid[length] = '=';
	write_decimal(context->own_pid + length + 1, getpid());
	return 0;
}

static bool may_be_owned(const struct stat *status)
{
	return S_ISFIFO(status->st_mode) || S_ISSOCK(status->st_mode) || S_ISREG(status->st_mode);
}

int run_own_stdio(struct context *context, const struct op_own_stdio *op)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		step(context, STEP_OWN_STDIO_STAT);
		struct stat status;
		if (fstat(fd, &status) < 0) {
			if (errno == EBADF)
				continue;
			return -errno;
		}
		if (!may_be_owned(&status) || status.st_uid == op->uid)
			continue;

		step(context, STEP_OWN_STDIO_OWN);
		int answer = give_stream(fd, op->uid);
		if (answer < 0)
			return answer;
	}
	return 0;
}

int run_set_personality(struct context *context, const struct op_set_personality *op)
{
	step(context, STEP_SET_PERSONALITY_SET);
	return personality(op->domain) < 0 ? -errno : 0;
}

int run_set_umask(struct context *context, const struct op_set_umask *op)
{
	step(context, STEP_SET_UMASK_SET);
	umask(op->mask & 0777);
	context->umask_is_set = true;
	return 0;
}

int run_set_exec_label(struct context *context, const struct op_set_exec_label *op)
{
	struct texts paths = op->paths;
	const char *name;
	OWNED file = -ENOENT;
	step(context, STEP_SET_EXEC_LABEL_OPEN);
	while (file == -ENOENT && texts_next(&paths, &name)) {
		char path[PATH_MAX] = "thread-self/";
		size_t prefix = strlen(path);
		if (strlen(name) >= sizeof path - prefix)
			return -ENAMETOOLONG;
		strcpy(path + prefix, name);
		detail_set(&context->failure, name);
		file = safe_proc_open(context->proc, path, O_WRONLY);
	}
	if (file < 0)
		return file;

	step_on(context, STEP_SET_EXEC_LABEL_WRITE, op->label);
	return write_at_once(file, op->label);
}

/* The raw call: for a directory that cannot be reached from the root the C library would say ENOENT, the kernel says
 * where. */
static int verify_directory(struct context *context)
{
	char path[PATH_MAX];
	int length = sys_answer(syscall(__NR_getcwd, path, sizeof path));
	if (length < 0)
		return length;
	if (path[0] == '/')
		return 0;
	detail_set(&context->failure, path);
	return -EPERM;
}

int run_change_directory(struct context *context, const struct op_change_directory *op)
{
	if (context->directory_is_entered) {
		context->branch = BRANCH_CHANGE_DIRECTORY_ALREADY;
		return 0;
	}
	step_on(context, STEP_CHANGE_DIRECTORY_CHANGE, op->path);
	if (chdir(op->path) < 0) {
		if (errno != EACCES || !op->may_defer)
			return -errno;
		context->branch = BRANCH_CHANGE_DIRECTORY_DEFERRED;
		return 0;
	}

	step_on(context, STEP_CHANGE_DIRECTORY_VERIFY, op->path);
	int answer = verify_directory(context);
	context->directory_is_entered = answer == 0;
	return answer;
}
