/* The last operations: find the program, report, wait for the start command, execute. */
#include "context.h"
#include "control.h"
#include "fd.h"
#include "sys.h"

#include <poll.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#define STARTERS_MAX 4

/* Whether execve would take the file: 0, -EISDIR, -EACCES, or why it cannot be looked at. */
static int examine(const char *path)
{
	struct stat status;
	if (stat(path, &status) < 0)
		return -errno;
	if (S_ISDIR(status.st_mode))
		return -EISDIR;
	return S_ISREG(status.st_mode) ? sys_may_execute(path) : -EACCES;
}

static int find_path(struct context *context, const char *path)
{
	step_on(context, STEP_FIND_EXECUTABLE_STAT, path);
	if (strlen(path) >= sizeof context->executable)
		return -ENAMETOOLONG;
	strcpy(context->executable, path);
	struct stat status;
	if (stat(path, &status) < 0)
		return -errno;

	step_on(context, STEP_FIND_EXECUTABLE_DIRECTORY, path);
	if (S_ISDIR(status.st_mode))
		return -EISDIR;

	step_on(context, STEP_FIND_EXECUTABLE_ACCESS, path);
	return examine(path);
}

/* Writes "directory/name", with "." for an empty directory; false if it is too long. */
static bool join(struct context *context, const char *directory, const char *name)
{
	if (directory[0] == '\0')
		directory = ".";
	size_t length = strlen(directory), rest = strlen(name);
	if (length + 1 + rest >= sizeof context->executable)
		return false;
	memcpy(context->executable, directory, length);
	context->executable[length] = '/';
	memcpy(context->executable + length + 1, name, rest + 1);
	return true;
}

static int find(struct context *context, const struct op_find_executable *op)
{
	if (strchr(op->name, '/') != NULL)
		return find_path(context, op->name);

	bool denied = false;
	struct texts directories = op->directories;
	const char *directory;
	step_on(context, STEP_FIND_EXECUTABLE_SEARCH, op->name);
	while (op->name[0] != '\0' && texts_next(&directories, &directory)) {
		if (!join(context, directory, op->name))
			continue;
		int answer = examine(context->executable);
		if (answer == 0)
			return 0;
		if (answer == -EACCES && !denied) {
			denied = true;
			detail_set(&context->failure, context->executable);
		}
	}
	context->executable[0] = '\0';
	if (!denied)
		return -ENOENT;
	step(context, STEP_FIND_EXECUTABLE_ACCESS);
	return -EACCES;
}

int run_find_executable(struct context *context, const struct op_find_executable *op)
{
	/*
	 * Init still has all its capabilities, which would let it execute what the process may not: the search is made
	 * with those that the process will have, so that create tells and not start.
	 */
	struct kernel_capabilities now, later;
	step(context, STEP_FIND_EXECUTABLE_SEARCH);
	int answer = sys_capget(&now);
	if (answer < 0)
		return answer;
	later = now;
	later.effective &= context->program->effective;
	answer = sys_capset(&later);
	if (answer < 0)
		return answer;
	answer = find(context, op);
	int restored = sys_capset(&now);
	return answer < 0 ? answer : restored;
}

int run_ready(struct context *context, const struct op_ready *op)
{
	(void)op;
	step(context, STEP_READY_REPORT);
	/* Before the report: the driver exits as soon as it has it, and must not take us along. */
	int answer = sys_prctl(PR_SET_PDEATHSIG, 0, 0);
	if (answer == 0)
		answer = tell_times(context);
	if (answer == 0)
		answer = control_send(context->control, CONTROL_READY);
	if (answer < 0)
		return answer;
	replace(&context->control, -1);
	close_slots(context);
	replace(&context->empty_directory, -1);
	return 0;
}

/* Reads a connection that has something to say, or has ended. */
static bool says_start(int connection)
{
	char command = '\0';
	ssize_t got;
	do
		got = read(connection, &command, 1);
	while (got < 0 && errno == EINTR);
	return got == 1 && command == 'S';
}

/* The waiting connections; the one that has said nothing for longest makes room. */
struct waiting {
	struct pollfd polled[1 + STARTERS_MAX]; /* the listener, then the connections; -1: none */
	int next;
};

static int take_connection(struct waiting *waiting)
{
	int connection = accept4(waiting->polled[0].fd, NULL, NULL, SOCK_CLOEXEC);
	if (connection < 0)
		return errno == EINTR || errno == ECONNABORTED || errno == EAGAIN ? 0 : -errno;
	replace(&waiting->polled[1 + waiting->next].fd, connection);
	waiting->next = (waiting->next + 1) % STARTERS_MAX;
	return 0;
}

/* Takes connections until one says 'S'. A starter that was interrupted, or stopped, is not in the way of another. */
static int accept_start(struct context *context, int listener)
{
	struct waiting waiting = {.next = 0};
	for (int i = 0; i <= STARTERS_MAX; i++)
		waiting.polled[i] = (struct pollfd){.fd = i == 0 ? listener : -1, .events = POLLIN};
	int started = -1, answer = 0;
	while (started < 0 && answer == 0) {
		step(context, STEP_AWAIT_START_READ);
		int ready = poll(waiting.polled, 1 + STARTERS_MAX, -1);
		if (ready < 0 && errno != EINTR)
			answer = -errno;
		for (int i = 1; ready > 0 && started < 0 && i <= STARTERS_MAX; i++) {
			if (waiting.polled[i].revents == 0)
				continue;
			if (says_start(waiting.polled[i].fd))
				started = take(&waiting.polled[i].fd);
			else
				replace(&waiting.polled[i].fd, -1);
		}
		if (ready > 0 && started < 0 && waiting.polled[0].revents != 0) {
			step(context, STEP_AWAIT_START_ACCEPT);
			answer = take_connection(&waiting);
		}
	}
	for (int i = 1; i <= STARTERS_MAX; i++)
		replace(&waiting.polled[i].fd, -1);
	return started >= 0 ? started : answer;
}

int run_await_start(struct context *context, const struct op_await_start *op)
{
	int connection = accept_start(context, slot(context, op->listener));
	if (connection < 0)
		return connection;
	replace(&context->slots[op->listener], -1);
	context->started = connection;
	/* If nobody is there any more to read the answer, the container is started all the same. */
	(void)!send(connection, "G", 1, MSG_NOSIGNAL);
	return 0;
}

/* Returns the place of the NULL at its end. */
static char **fill_array(char **array, struct texts texts)
{
	const char *text;
	while (texts_next(&texts, &text))
		*array++ = (char *)(uintptr_t)text; /* execve does not write to them */
	*array = NULL;
	return array;
}

int prepare_execution(struct context *context)
{
	if (context->is_prepared)
		return 0;
	context->is_prepared = true;
	/* Closed for good, not only on execve: the name may lead through /proc/self/fd (CVE-2024-21626). */
	close_slots(context);
	replace(&context->root, -1);
	replace(&context->proc, -1);
	replace(&context->empty_directory, -1);
	if (!context->umask_is_set)
		umask(context->caller_umask);
	if (context->control < 0)
		return 0;
	/*
	 * A program without Ready: the driver takes the end of the socket for success if Execute was begun. Until now
	 * we were to die with it, which execve would keep.
	 */
	int answer = tell_times(context);
	if (answer == 0)
		answer = control_send_number(context->control, CONTROL_BEGUN, context->program->op_count - 1);
	return answer < 0 ? answer : sys_prctl(PR_SET_PDEATHSIG, 0, 0);
}

int run_execute(struct context *context, const struct op_execute *op)
{
	step_on(context, STEP_EXECUTE_EXECUTE, context->executable);
	fill_array(context->arguments, op->args);
	char **end = fill_array(context->environment, op->env);
	if (context->home[0] != '\0')
		*end++ = context->home;
	if (context->own_pid[0] != '\0')
		*end++ = context->own_pid;
	*end = NULL;
	int answer = prepare_execution(context);
	if (answer < 0)
		return answer;
	execve(context->executable, context->arguments, context->environment);
	return -errno;
}
