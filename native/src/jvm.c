#include "jvm.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fd.h"
#include "memory_file.h"
#include "process.h"
#include "signals.h"
#include "sys.h"
#include "words.h"

#define JAVA "/lib/jvm/bin/java"
#define OPTIONS "/lib/minirt.options"
#define HOME_MARK "@HOME@"
#define LISTENING_MARK "@LISTENING@"
/* At the beginning of a line: for these commands only. */
#define BRIEF_MARK "@BRIEF@"
#define OTHER_MARK "@OTHER@"

enum {
	OPTIONS_SIZE_MAX = 64 * 1024,
	ARGUMENTS_MAX = 256,
	DEATH_LINES = 2,       /* of its output that are worth repeating */
	DEATH_PATIENCE = 2000, /* milliseconds between the end of its stream and its exit */
	UNEXECUTED = 127,
};

/* A JVM reserves much address space: 1 GiB for classes, its heap, and the library of classes itself. */
#define ADDRESS_SPACE_PLENTY (UINT64_C(3) << 30)

/* --- its arguments --- */

/* Everything that execve needs, made before the fork. */
struct command {
	struct words java;
	char *arguments[ARGUMENTS_MAX + 2]; /* with java's name and the NULL */
	char *options;			    /* the file; the arguments that need no replacement point into it */
};

static char *read_options(const char *path)
{
	OWNED fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat status;

	if (fd < 0 || fstat(fd, &status) < 0)
		return NULL;
	if (status.st_size > OPTIONS_SIZE_MAX) {
		errno = EFBIG;
		return NULL;
	}
	char *text = malloc((size_t)status.st_size + 1);
	ssize_t length = text ? read(fd, text, (size_t)status.st_size) : -1;
	if (length < 0) {
		free(text);
		return NULL;
	}
	text[length] = 0;
	return text;
}

/* Returns the line itself, or a copy with every @HOME@ replaced; NULL if there is no memory for it. */
static char *replace_home(char *line, const char *home)
{
	size_t count = 0, length = strlen(home);

	for (const char *at = line; (at = strstr(at, HOME_MARK)); at += sizeof(HOME_MARK) - 1)
		count++;
	if (!count)
		return line;
	char *copy = malloc(strlen(line) + count * length + 1), *to = copy;
	for (const char *mark; copy && (mark = strstr(line, HOME_MARK)); line += sizeof(HOME_MARK) - 1) {
		memcpy(to, line, (size_t)(mark - line));
		to += mark - line;
		memcpy(to, home, length);
		to += length;
		line += mark - line;
	}
	return copy ? strcpy(to, line), copy : NULL;
}

/* What a line is for this kind of command: what follows its mark, if it has one, or NULL. */
static char *without_mark(char *line, bool brief)
{
	const char *ours = brief ? BRIEF_MARK : OTHER_MARK, *others = brief ? OTHER_MARK : BRIEF_MARK;

	if (!strncmp(line, others, strlen(others)))
		return NULL;
	return strncmp(line, ours, strlen(ours)) ? line : line + strlen(ours);
}

static int make_command(struct command *command, const char *home, bool brief)
{
	struct words path = {.length = 0};
	int count = 0;

	words_add(&path, home);
	words_add(&path, OPTIONS);
	command->options = read_options(path.text);
	if (!command->options) {
		words_complain_of_errno(&path);
		return -1;
	}
	words_add(&command->java, home);
	words_add(&command->java, JAVA);
	command->arguments[count++] = command->java.text;
	for (char *rest = command->options, *line; (line = strsep(&rest, "\n"));) {
		line = without_mark(line, brief);
		if (!line || !*line)
			continue;
		char *argument = count <= ARGUMENTS_MAX ? replace_home(line, home) : NULL;
		if (!argument) {
			complain("lib/minirt.options has too many lines, or memory is exhausted");
			return -1;
		}
		command->arguments[count++] = argument;
	}
	command->arguments[count] = NULL;
	return 0;
}

/* --- its life --- */

static _Noreturn void become_java(const struct command *command, int stream, int output, pid_t driver)
{
	char *environment[] = {(char[]){"LC_ALL=C.UTF-8"}, NULL};
	struct words words = {.length = 0};

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != driver)
		_exit(UNEXECUTED);
	/* Out of the terminal's foreground: its ^C is for the driver, which tells Java in a frame. */
	setpgid(0, 0);
	/* It asks for its directory and ends if that is gone; the caller's is in HELLO. */
	if (chdir("/") < 0 || dup2(output, STDERR_FILENO) < 0 || dup2(output, STDOUT_FILENO) < 0 ||
		dup2(stream, STDIN_FILENO) < 0 || sys_close_range(STDERR_FILENO + 1, UINT32_MAX) < 0 ||
		signals_reset() < 0 || signals_unblock() < 0) {
		words_add(&words, "preparing to execute ");
	} else {
		execve(command->java.text, command->arguments, environment);
		words_add(&words, "cannot execute ");
	}
	words_add(&words, command->java.text);
	words_add(&words, ": ");
	words_add(&words, strerror(errno));
	words_add(&words, "\n");
	(void)!write(STDERR_FILENO, words.text, words.length); /* becomes the driver's complaint: jvm_mourn() */
	_exit(UNEXECUTED);
}

int jvm_start(struct jvm *jvm, const char *home, bool brief)
{
	static struct command command; /* what it points to lives as long as the driver: it runs one JVM */
	pid_t driver = getpid();
	int ends[2];

	if (make_command(&command, home, brief) < 0)
		return -1;
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) < 0) {
		complain_of_errno("cannot make a socket to the Java virtual machine");
		return -1;
	}
	OWNED ours = ends[0], its = ends[1];
	jvm->output = memory_file("minirt-java-output");
	jvm->pid = jvm->output < 0 ? -1 : fork();
	if (jvm->pid < 0) {
		if (jvm->output < 0)
			errno = -jvm->output;
		complain_of_errno("cannot start the Java virtual machine");
		return -1;
	}
	if (jvm->pid == 0)
		become_java(&command, its, jvm->output, driver);
	return take(&ours);
}

void jvm_become_server(const char *home, int socket, int lock, const char *path, struct texts arguments)
{
	static struct command command;
	char *environment[] = {(char[]){"LC_ALL=C.UTF-8"}, NULL};
	struct words words = {.length = 0};
	const char *text;
	int count = 0;

	if (make_command(&command, home, false) < 0)
		return;
	while (command.arguments[count])
		count++;
	for (count--; texts_next(&arguments, &text) && count < ARGUMENTS_MAX; count++)
		command.arguments[count] = (char *)(uintptr_t)(strcmp(text, LISTENING_MARK) ? text : path);
	command.arguments[count] = NULL;
	/* The lock is the one descriptor that it inherits beside the standard ones. */
	if (chdir("/") == 0 && dup2(socket, STDIN_FILENO) >= 0 && (lock < 0 || dup2(lock, STDERR_FILENO + 1) >= 0) &&
		sys_close_range(STDERR_FILENO + (lock < 0 ? 1 : 2), UINT32_MAX) == 0 && signals_reset() == 0 &&
		signals_unblock() == 0)
		execve(command.java.text, command.arguments, environment);
	words_add(&words, "cannot execute ");
	words_add(&words, command.java.text);
	words_complain_of_errno(&words);
}

static int reap(struct jvm *jvm)
{
	int status = 0;

	while (jvm->pid > 0 && waitpid(jvm->pid, &status, 0) < 0 && errno == EINTR)
		;
	jvm->pid = 0;
	return status;
}

void jvm_end(struct jvm *jvm)
{
	/* Its part is done and it has nothing of its own to save: waiting for its orderly exit would only take time. */
	if (jvm->pid > 0)
		kill(jvm->pid, SIGKILL);
	reap(jvm);
}

/* --- its death --- */

/* Warnings come before what is wrong: "OpenJDK 64-Bit Server VM warning: ...", "[0.010s][warning][cds] ..." */
static bool is_worth_repeating(const char *line)
{
	return *line && *line != '[' && !strstr(line, " warning: ");
}

static void add_beginning(struct words *words, char *output)
{
	int lines = 0;

	for (char *rest = output, *line; lines < DEATH_LINES && (line = strsep(&rest, "\n"));) {
		for (char *at = line; *at; at++)
			if ((unsigned char)*at < ' ' || *at == 0x7f)
				*at = ' ';
		line += strspn(line, " ");
		if (!is_worth_repeating(line))
			continue;
		words_add(words, lines++ ? "; " : ": ");
		words_add(words, line);
	}
}

static void copy_output(int output)
{
	char data[WORDS_SIZE];
	ssize_t length;

	for (off_t at = 0; (length = pread(output, data, sizeof(data), at)) > 0; at += length)
		if (write(STDERR_FILENO, data, (size_t)length) < 0)
			return;
}

static void let_it_die(const struct jvm *jvm)
{
	struct pollfd fd = {.fd = pidfd_open_process(jvm->pid), .events = POLLIN};

	/* It may have closed its stream and live on. */
	if (poll(&fd, 1, DEATH_PATIENCE) <= 0)
		kill(jvm->pid, SIGKILL);
	close_owned(&fd.fd);
}

/* Its own words for it are about its insides. Twice what it needs is beyond doubt. */
static void add_limit(struct words *words, int resource, const char *name)
{
	struct rlimit limit;

	if (getrlimit(resource, &limit) < 0 || limit.rlim_cur >= ADDRESS_SPACE_PLENTY)
		return;
	words_add(words, "; ");
	words_add(words, name);
	words_add(words, " is ");
	words_number(words, (int64_t)(limit.rlim_cur / 1024));
	words_add(words, " KiB, and it needs about 2 GiB of address space");
}

void jvm_mourn(struct jvm *jvm, bool verbose)
{
	struct words words = {.length = 0};
	char output[WORDS_SIZE];

	if (jvm->pid <= 0) { /* not a child of ours: a server */
		complain("the connection to Java has ended unexpectedly");
		return;
	}
	let_it_die(jvm);
	int status = reap(jvm);
	ssize_t length = pread(jvm->output, output, sizeof(output) - 1, 0);
	output[length > 0 ? length : 0] = 0;
	if (verbose)
		copy_output(jvm->output);
	if (WIFEXITED(status) && WEXITSTATUS(status) == UNEXECUTED) {
		words_add(&words, "no Java virtual machine");
	} else {
		words_add(&words, "the Java virtual machine ended unexpectedly (");
		words_add(&words, WIFSIGNALED(status) ? "signal " : "exit status ");
		words_number(&words, WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
		words_add(&words, ")");
	}
	add_beginning(&words, output);
	add_limit(&words, RLIMIT_AS, "RLIMIT_AS (ulimit -v)");
	add_limit(&words, RLIMIT_DATA, "RLIMIT_DATA (ulimit -d)");
	words_complain(&words);
}
