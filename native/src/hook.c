#include "hook.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "signals.h"
#include "sys.h"

enum {
	ERROR_DESCRIPTOR = 3, /* where the child keeps the pipe that tells why it did not execute */
	READ_SIZE = 8192,
	DRAIN_LIMIT = 1024 * 1024, /* what is read after the exit: the most that a pipe can hold */
	UNEXECUTED = 127,
};

/* What the child could not do. */
enum child_step { CHILD_DESCRIPTORS, CHILD_SIGNALS, CHILD_DIRECTORY, CHILD_EXECUTE };

static const char *const child_steps[] = {
	[CHILD_DESCRIPTORS] = "dup2",
	[CHILD_SIGNALS] = "sigaction",
	[CHILD_DIRECTORY] = "chdir",
	[CHILD_EXECUTE] = "execve",
};

struct child_failure {
	int32_t step;
	int32_t error;
};

/* The runner's ends of the pipes and what it knows about the hook. -1: closed. */
struct hook {
	pid_t pid;
	int pidfd;
	int input;  /* writes the hook's stdin */
	int output; /* reads its stdout and stderr */
	int error;  /* reads struct child_failure; end of file: it was executed */
	int part;
	size_t offset; /* in that part */
	bool killed;   /* because of a timeout or interrupt */
	bool truncated;
};

/* The child's ends. */
struct child_ends {
	int input, output, error;
};

static void close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* --- the child --- */

static int connect_streams(const struct child_ends *ends)
{
	int input, output, error;

	/* Out of the way first: if the runner has no standard streams, the pipes are where they are to go. */
	if ((input = fcntl(ends->input, F_DUPFD, ERROR_DESCRIPTOR + 1)) < 0 ||
		(output = fcntl(ends->output, F_DUPFD, ERROR_DESCRIPTOR + 1)) < 0 ||
		(error = fcntl(ends->error, F_DUPFD, ERROR_DESCRIPTOR + 1)) < 0)
		return -errno;
	if (dup2(input, STDIN_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0 || dup2(output, STDERR_FILENO) < 0 ||
		dup3(error, ERROR_DESCRIPTOR, O_CLOEXEC) < 0)
		return -errno;
	return syscall(SYS_close_range, ERROR_DESCRIPTOR + 1, UINT_MAX, 0) < 0 ? -errno : 0;
}

static _Noreturn void child_failed(int fd, enum child_step step, int error)
{
	struct child_failure failure = {.step = (int32_t)step, .error = -error};

	/* If even this fails the runner is gone, or sees an exit status of 127. */
	(void)!write(fd, &failure, sizeof(failure));
	_exit(UNEXECUTED);
}

static _Noreturn void run_child(
	const struct hook_request *request, const struct child_ends *ends, char **argv, char **envp, pid_t runner)
{
	int error;

	/* The runner may have died before the kernel knew that the child is to follow it. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != runner)
		_exit(UNEXECUTED);
	setpgid(0, 0);
	if ((error = connect_streams(ends)) < 0)
		child_failed(ends->error, CHILD_DESCRIPTORS, error);
	if ((error = signals_reset()) < 0 || (error = signals_unblock()) < 0)
		child_failed(ERROR_DESCRIPTOR, CHILD_SIGNALS, error);
	if (request->directory && *request->directory && chdir(request->directory) < 0)
		child_failed(ERROR_DESCRIPTOR, CHILD_DIRECTORY, -errno);
	execve(request->path, argv, envp);
	child_failed(ERROR_DESCRIPTOR, CHILD_EXECUTE, -errno);
}

/* --- the runner --- */

/* Fills a vector for execve; it has room for one more. */
static void fill_vector(struct texts texts, char **vector)
{
	const char *text;

	while (texts_next(&texts, &text))
		*vector++ = (char *)(uintptr_t)text;
	*vector = NULL;
}

/* Keeps the last bytes of the output. */
static void keep(struct hook *hook, struct hook_outcome *outcome, const char *data, size_t length)
{
	if (length > HOOK_OUTPUT_SIZE) {
		data += length - HOOK_OUTPUT_SIZE;
		length = HOOK_OUTPUT_SIZE;
		hook->truncated = true;
	}
	size_t room = HOOK_OUTPUT_SIZE - outcome->output_length;
	if (length > room) {
		size_t surplus = length - room;
		outcome->output_length -= surplus;
		memmove(outcome->output, outcome->output + surplus, outcome->output_length);
		hook->truncated = true;
	}
	memcpy(outcome->output + outcome->output_length, data, length);
	outcome->output_length += length;
}

/* Reads what is there. Returns false if there is no more: for now, or, if the end is closed then, for ever. */
static bool read_output(struct hook *hook, struct hook_outcome *outcome)
{
	char data[READ_SIZE];
	ssize_t length = read(hook->output, data, sizeof(data));

	if (length > 0) {
		keep(hook, outcome, data, (size_t)length);
		return true;
	}
	if (length == 0 || (errno != EAGAIN && errno != EINTR))
		close_end(&hook->output);
	return false;
}

static void write_input(struct hook *hook, const struct hook_request *request)
{
	while (hook->part < request->parts) {
		const struct iovec *part = &request->stdin_parts[hook->part];

		if (hook->offset == part->iov_len) {
			hook->part++;
			hook->offset = 0;
			continue;
		}
		ssize_t length =
			write(hook->input, (const char *)part->iov_base + hook->offset, part->iov_len - hook->offset);
		if (length < 0 && (errno == EAGAIN || errno == EINTR))
			return;
		if (length < 0) /* EPIPE: a hook need not read its stdin */
			break;
		hook->offset += (size_t)length;
	}
	close_end(&hook->input);
}

static void kill_group(struct hook *hook)
{
	/* Not yet reaped, so the number is still its own. The process itself may have moved to another group. */
	kill(-hook->pid, SIGKILL);
	kill(hook->pid, SIGKILL);
	hook->killed = true;
}

static void read_error(struct hook *hook, struct child_failure *failure)
{
	struct child_failure received;

	if (read(hook->error, &received, sizeof(received)) == (ssize_t)sizeof(received))
		*failure = received;
	close_end(&hook->error);
}

/* Serves the pipes until the hook has exited or been killed. Returns whether it was the timeout that ended it. */
static bool serve(struct hook *hook, const struct hook_request *request, struct hook_outcome *outcome,
	struct child_failure *failure)
{
	int64_t deadline = request->timeout_seconds ? monotonic_milliseconds() + (int64_t)request->timeout_seconds *
											 MILLISECONDS_PER_SECOND
						    : 0;

	for (;;) {
		struct pollfd fds[] = {
			{.fd = hook->pidfd, .events = POLLIN},
			{.fd = hook->output, .events = POLLIN},
			{.fd = hook->error, .events = POLLIN},
			{.fd = hook->input, .events = POLLOUT},
			{.fd = request->interrupt ? request->interrupt : -1, .events = POLLIN},
		};
		int64_t left = deadline ? deadline - monotonic_milliseconds() : -1;

		if (deadline && left <= 0) {
			kill_group(hook);
			return true;
		}
		int ready = poll(fds, sizeof(fds) / sizeof(*fds), left > INT_MAX ? INT_MAX : (int)left);
		if (ready < 0 && errno != EINTR) {
			kill_group(hook); /* ENOMEM: it cannot be watched */
			return false;
		}
		if (ready <= 0)
			continue;
		if (fds[2].revents)
			read_error(hook, failure);
		if (fds[3].revents)
			write_input(hook, request);
		if (fds[1].revents)
			read_output(hook, outcome);
		if (fds[0].revents)
			return false;
		if (fds[4].revents) {
			kill_group(hook);
			return false;
		}
	}
}

/* A process that the hook has left behind may hold the pipe, and may go on writing. */
static void drain(struct hook *hook, struct hook_outcome *outcome)
{
	for (int length = 0; hook->output >= 0 && length < DRAIN_LIMIT; length += READ_SIZE)
		if (!read_output(hook, outcome))
			break;
}

/* Makes text of the output: no NUL, no half of a UTF-8 character where it was cut off. */
static void tidy(const struct hook *hook, struct hook_outcome *outcome)
{
	size_t skip = 0;

	while (hook->truncated && skip < 3 && skip < outcome->output_length && (outcome->output[skip] & 0xc0) == 0x80)
		skip++;
	outcome->output_length -= skip;
	memmove(outcome->output, outcome->output + skip, outcome->output_length);
	for (size_t i = 0; i < outcome->output_length; i++)
		if (outcome->output[i] == 0)
			outcome->output[i] = ' ';
}

static void not_started(struct hook_outcome *outcome, const struct child_failure *failure)
{
	const char *step = child_steps[failure->step];

	outcome->kind = HOOK_NOT_STARTED;
	outcome->value = failure->error;
	outcome->output_length = strlen(step);
	memcpy(outcome->output, step, outcome->output_length);
}

static int finish(struct hook *hook, const struct hook_request *request, struct hook_outcome *outcome)
{
	struct child_failure failure = {.error = 0};
	siginfo_t exit;
	bool timed_out = serve(hook, request, outcome, &failure);

	close_end(&hook->input);
	while (waitid(P_PIDFD, (id_t)hook->pidfd, &exit, WEXITED) < 0)
		if (errno != EINTR)
			return -errno;
	if (hook->error >= 0)
		read_error(hook, &failure);
	if (failure.error && failure.step >= 0 && failure.step <= CHILD_EXECUTE) {
		not_started(outcome, &failure);
		return 0;
	}
	drain(hook, outcome);
	tidy(hook, outcome);
	if (timed_out) {
		outcome->kind = HOOK_TIMED_OUT;
		outcome->value = 0;
	} else {
		outcome->kind = exit.si_code == CLD_EXITED ? HOOK_EXITED : HOOK_SIGNALLED;
		outcome->value = exit.si_status;
	}
	return 0;
}

static int spawn(struct hook *hook, const struct hook_request *request, char **argv, char **envp)
{
	int input[2] = {-1, -1}, output[2] = {-1, -1}, error[2] = {-1, -1};
	pid_t runner = getpid();
	int result = 0;

	/* Only the runner's ends do not block: the hook's have another open file description. */
	if (pipe2(input, O_CLOEXEC) < 0 || pipe2(output, O_CLOEXEC) < 0 || pipe2(error, O_CLOEXEC) < 0 ||
		fcntl(input[1], F_SETFL, O_NONBLOCK) < 0 || fcntl(output[0], F_SETFL, O_NONBLOCK) < 0) {
		result = -errno;
		goto out;
	}
	/* clone and not clone3: a container's seccomp filter may already be in force, and none can look into clone3's
	 * structure. */
	long pid = syscall(SYS_clone, CLONE_PIDFD | SIGCHLD, NULL, &hook->pidfd, NULL, NULL);
	if (pid < 0) {
		result = -errno;
		goto out;
	}
	if (pid == 0) {
		struct child_ends ends = {.input = input[0], .output = output[1], .error = error[1]};
		run_child(request, &ends, argv, envp, runner);
	}
	hook->pid = (pid_t)pid;
	setpgid(hook->pid, hook->pid); /* either is first; the other fails, harmlessly */
	hook->input = input[1];
	hook->output = output[0];
	hook->error = error[0];
	input[1] = output[0] = error[0] = -1;
out:
	for (int i = 0; i < 2; i++) {
		close_end(&input[i]);
		close_end(&output[i]);
		close_end(&error[i]);
	}
	return result;
}

int hook_run(const struct hook_request *request, struct hook_outcome *outcome)
{
	struct hook hook = {.pidfd = -1, .input = -1, .output = -1, .error = -1};
	size_t size = ((size_t)request->args.count + request->env.count + 2) * sizeof(char *);
	struct sigaction ignore = {.sa_handler = SIG_IGN}, standard = {.sa_handler = SIG_DFL}, pipe_action,
			 child_action;
	int result;

	outcome->kind = HOOK_NOT_STARTED;
	outcome->value = 0;
	outcome->output_length = 0;
	char **argv = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (argv == MAP_FAILED)
		return -errno;
	char **envp = argv + request->args.count + 1;
	fill_vector(request->args, argv);
	fill_vector(request->env, envp);
	/* A hook that does not read its stdin is no reason to die; an ignored SIGCHLD would take its exit status away.
	 */
	sigaction(SIGPIPE, &ignore, &pipe_action);
	sigaction(SIGCHLD, &standard, &child_action);
	if ((result = spawn(&hook, request, argv, envp)) == 0)
		result = finish(&hook, request, outcome);
	sigaction(SIGPIPE, &pipe_action, NULL);
	sigaction(SIGCHLD, &child_action, NULL);
	close_end(&hook.pidfd);
	close_end(&hook.input);
	close_end(&hook.output);
	close_end(&hook.error);
	munmap(argv, size);
	return result;
}
