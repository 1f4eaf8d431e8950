/* Scenarios of HOOK, SIGNAL, AWAIT_EXIT, START and SEND_PIDFD. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../src/clock.h"
#include "../src/descriptor.h"
#include "../src/hook.h"
#include "fake.h"

/* --- HOOK --- */

struct hook_case {
	const char *what;
	const char *path;   /* /bin/sh if not set */
	const char *script; /* its -c */
	const char *directory;
	uint32_t timeout;
	size_t input; /* bytes of stdin */
	uint32_t kind, value;
	const char *output; /* NULL: any */
	int64_t at_most;    /* milliseconds; 0: any */
};

static const struct hook_case hook_cases[] = {
	{.what = "C11 exits", .script = "echo out; echo err >&2; exit 0", .output = "out\nerr\n"},
	{.what = "C11 fails", .script = "exit 7", .value = 7, .output = ""},
	{.what = "dies of a signal", .script = "kill -9 $$", .kind = HOOK_SIGNALLED, .value = SIGKILL, .output = ""},
	{.what = "H4 outlasts its timeout, with a child that holds the pipe",
		.script = "echo before; sleep 60 & sleep 60",
		.timeout = 1,
		.kind = HOOK_TIMED_OUT,
		.output = "before\n",
		.at_most = 5000},
	{.what = "outlasts it with signals ignored",
		.script = "trap '' TERM INT HUP; sleep 60",
		.timeout = 1,
		.kind = HOOK_TIMED_OUT,
		.at_most = 5000},
	{.what = "leaves a child behind that holds the pipe",
		.script = "echo done; sleep 3 & exit 0",
		.output = "done\n",
		.at_most = 2500},
	{.what = "leaves a child behind that never stops writing",
		.script = "(while echo yes; do :; done) & sleep 0.1; exit 4",
		.value = 4,
		.at_most = 5000},
	{.what = "ends before its timeout",
		.script = "exit 3",
		.timeout = 60,
		.value = 3,
		.output = "",
		.at_most = 5000},
	{.what = "C11 prints 10 MiB",
		.script = "head -c 10485760 /dev/zero | tr '\\0' x; printf 'the end'",
		.output = "...the end"},
	{.what = "prints NUL", .script = "printf 'a\\0b'", .output = "a b"},
	{.what = "is cut off inside of a character",
		.script = "printf '\\303\\244%s' $(head -c 4095 /dev/zero | tr '\\0' x)",
		.output = "...x"},
	{.what = "C11 closes stdin at once",
		.script = "exec <&-; sleep 0.2; exit 5",
		.input = 1 << 20,
		.value = 5,
		.output = ""},
	{.what = "never reads its stdin", .script = "exit 6", .input = 1 << 20, .value = 6, .output = ""},
	{.what = "closes its output and goes on",
		.script = "exec >&- 2>&-; cat | wc -c >/dev/null; exit 8",
		.input = 200000,
		.value = 8,
		.output = ""},
	{.what = "H11 reads its stdin to the end",
		.script = "wc -c | tr -d ' '",
		.input = 1 << 20,
		.output = "1048576\n"},
	{.what = "H11 gets an empty stdin", .script = "cat", .output = ""},
	{.what = "S12 has this environment",
		.script = "/usr/bin/env | sort | grep -v -e ^PWD= -e ^SHLVL= -e ^_=",
		.output = "A=1\nB=\n"},
	{.what = "S12 has no descriptors but its streams",
		.script = "for n in 0 1 2 3 4 5 6 7 8 9 10 11 12; do [ ! -e /proc/$$/fd/$n ] || printf \"$n \"; done;"
			  "test -p /dev/stdin && echo pipe",
		.output = "0 1 2 pipe\n"},
	{.what = "has default signals and its own group",
		.script = "grep -E 'Sig(Blk|Ign)' /proc/$$/status | tr -d '\\t'; ps=$(cut -d' ' -f5 /proc/$$/stat); "
			  "test $ps = $$ && echo own",
		.output = "SigBlk:0000000000000000\nSigIgn:0000000000000000\nown\n"},
	{.what = "may die of SIGPIPE", .script = "kill -PIPE $$", .kind = HOOK_SIGNALLED, .value = SIGPIPE},
	{.what = "runs in a directory", .script = "pwd", .directory = "/proc", .output = "/proc\n"},
	{.what = "has no such directory",
		.script = "pwd",
		.directory = "/proc/none",
		.kind = HOOK_NOT_STARTED,
		.value = ENOENT,
		.output = "chdir"},
	{.what = "C11 is missing",
		.path = "/nonexistent/hook",
		.kind = HOOK_NOT_STARTED,
		.value = ENOENT,
		.output = "execve"},
	{.what = "C11 is not executable",
		.path = "/etc/passwd",
		.kind = HOOK_NOT_STARTED,
		.value = EACCES,
		.output = "execve"},
	{.what = "is a directory", .path = "/", .kind = HOOK_NOT_STARTED, .value = EACCES, .output = "execve"},
};

static void ask_hook(const struct hook_case *hook)
{
	char *argv[] = {(char[]){"hook"}, (char[]){"-c"}, (char *)(uintptr_t)(hook->script ? hook->script : ""), NULL};
	char *env[] = {(char[]){"A=1"}, (char[]){"B="}, NULL};
	const char *path = hook->path ? hook->path : "/bin/sh", *directory = hook->directory ? hook->directory : "";
	char *input = malloc(hook->input + 1);
	struct draft draft;

	CHECK(input);
	memset(input, 'i', hook->input);
	draft_begin(&draft, FRAME_HOOK);
	draft_text(&draft, path, strlen(path));
	draft_texts(&draft, argv);
	draft_texts(&draft, env);
	draft_u32(&draft, hook->timeout);
	draft_text(&draft, directory, strlen(directory));
	draft_text(&draft, input, hook->input);
	draft.length--; /* bytes */
	draft_send(&draft, STREAM);
	free(input);
}

static bool is_expected_output(const char *expected, const char *output)
{
	if (!expected)
		return true;
	if (strncmp(expected, "...", 3))
		return !strcmp(expected, output);
	/* Only the end of what was cut off, and as much as is kept of it, but for part of a character. */
	size_t tail = strlen(expected + 3), length = strlen(output);
	return length <= HOOK_OUTPUT_SIZE && length >= HOOK_OUTPUT_SIZE - 3 &&
	       !strcmp(output + length - tail, expected + 3) && *output == 'x';
}

void hook_scenario(struct greeting *greeting, char **arguments)
{
	char line[512];

	(void)greeting;
	(void)arguments;
	for (size_t i = 0; i < sizeof(hook_cases) / sizeof(*hook_cases); i++) {
		const struct hook_case *hook = &hook_cases[i];
		int64_t begin = monotonic_milliseconds();

		ask_hook(hook);
		struct reader reader = expect(FRAME_HOOK_DONE);
		int64_t took = monotonic_milliseconds() - begin;
		uint32_t kind = get_u32(&reader), value = get_u32(&reader);
		const char *output = get_text(&reader);
		bool good = kind == hook->kind && value == hook->value && is_expected_output(hook->output, output) &&
			    (!hook->at_most || took <= hook->at_most);

		snprintf(line, sizeof(line), "%sok - hook %s\n", good ? "" : "not ", hook->what);
		say(STDOUT_FILENO, line);
		if (good)
			continue;
		snprintf(line, sizeof(line), "# kind %u value %u after %ld ms, output %.200s\n", kind, value,
			(long)took, output);
		say(STDOUT_FILENO, line);
	}
	ask_exit(0);
}

/* The test sends SIGTERM while the hook hangs: it is killed, and Java hears of both. */
void hook_interrupt_scenario(struct greeting *greeting, char **arguments)
{
	static const struct hook_case hook = {.script = "sleep 60"};

	(void)arguments;
	ask_hook(&hook);
	usleep(200 * 1000);
	CHECK_EQUAL(0, kill((pid_t)greeting->pid, SIGTERM));
	struct reader reader = expect(FRAME_SIGNALLED);
	CHECK_EQUAL(SIGTERM, get_u32(&reader));
	reader = expect(FRAME_HOOK_DONE);
	CHECK_EQUAL(HOOK_SIGNALLED, get_u32(&reader));
	CHECK_EQUAL(SIGKILL, get_u32(&reader));
	ask_exit(0);
}

/* --- SIGNAL and AWAIT_EXIT --- */

/* A child whose name is made to mislead whoever parses /proc/PID/stat. */
static pid_t make_child(void)
{
	pid_t child = fork();

	if (child == 0) {
		prctl(PR_SET_NAME, ") R 1 (x) 2 3");
		pause();
		_exit(0);
	}
	usleep(20 * 1000);
	return child;
}

static int ask_signal(uint32_t pid, uint64_t start, uint32_t number)
{
	struct draft draft;

	draft_begin(&draft, FRAME_SIGNAL);
	draft_u32(&draft, pid);
	draft_u64(&draft, start);
	draft_u32(&draft, number);
	draft_send(&draft, STREAM);
	struct reader reader = expect(FRAME_DONE);
	return (int)get_u32(&reader);
}

static int ask_await(uint32_t pid, uint64_t start, uint32_t milliseconds)
{
	struct draft draft;

	draft_begin(&draft, FRAME_AWAIT_EXIT);
	draft_u32(&draft, pid);
	draft_u64(&draft, start);
	draft_u32(&draft, milliseconds);
	draft_send(&draft, STREAM);
	struct reader reader = expect(FRAME_DONE);
	return (int)get_u32(&reader);
}

void signal_scenario(struct greeting *greeting, char **arguments)
{
	pid_t child = make_child();
	uint64_t start = start_time_of(child);
	int status;

	(void)greeting;
	(void)arguments;
	CHECK(start > 0);
	CHECK_EQUAL(ESRCH, ask_signal((uint32_t)child, start + 1, SIGKILL));
	CHECK_EQUAL(0, ask_signal((uint32_t)child, start, 0));
	CHECK_EQUAL(EINVAL, ask_signal((uint32_t)child, start, 65));
	CHECK_EQUAL(0, waitpid(child, &status, WNOHANG)); /* nothing has hit it so far */
	CHECK_EQUAL(0, ask_signal((uint32_t)child, start, SIGUSR1));
	CHECK_EQUAL(child, waitpid(child, &status, 0));
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGUSR1);
	CHECK_EQUAL(ESRCH, ask_signal((uint32_t)child, start, SIGKILL));
	CHECK_EQUAL(ESRCH, ask_signal((uint32_t)child, 0, SIGKILL));
	CHECK_EQUAL(EINVAL, ask_signal(0, 0, SIGKILL));
	CHECK_EQUAL(EINVAL, ask_signal(UINT32_MAX, 0, SIGKILL));
	ask_exit(0);
}

void await_scenario(struct greeting *greeting, char **arguments)
{
	pid_t child = make_child();
	uint64_t start = start_time_of(child);
	int64_t begin = monotonic_milliseconds();

	(void)greeting;
	(void)arguments;
	CHECK_EQUAL(ETIMEDOUT, ask_await((uint32_t)child, start, 100));
	CHECK(monotonic_milliseconds() - begin >= 100);
	CHECK_EQUAL(ETIMEDOUT, ask_await((uint32_t)child, 0, 0));
	CHECK_EQUAL(0, ask_await((uint32_t)child, start + 1, 60000)); /* another process */
	kill(child, SIGKILL);
	CHECK_EQUAL(0, ask_await((uint32_t)child, start, 60000)); /* not reaped */
	CHECK_EQUAL(child, waitpid(child, NULL, 0));
	CHECK_EQUAL(0, ask_await((uint32_t)child, start, 60000)); /* reaped */
	ask_exit(0);
}

/* --- START --- */

/* Answers one connection in the given way. */
static void serve_start(const char *directory, const char *answer, size_t length)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "start"};
	char byte;
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);

	CHECK_EQUAL(0, chdir(directory));
	unlink("start");
	CHECK_EQUAL(0, bind(listener, (struct sockaddr *)&address, sizeof(address)));
	CHECK_EQUAL(0, listen(listener, 1));
	CHECK_EQUAL(0, chdir("/"));
	if (fork())
		return;
	int connection = accept(listener, NULL, NULL);
	if (read(connection, &byte, 1) != 1 || byte != 'S' || write(connection, answer, length) != (ssize_t)length)
		_exit(1);
	_exit(0);
}

static struct reader ask_start_of(const char *directory, const char *name, pid_t pid, uint64_t start)
{
	struct draft draft;

	draft_begin(&draft, FRAME_START);
	draft_text(&draft, directory, strlen(directory));
	draft_text(&draft, name, strlen(name));
	draft_u32(&draft, (uint32_t)pid);
	draft_u64(&draft, start);
	draft_send(&draft, STREAM);
	return expect(FRAME_STARTED);
}

static struct reader ask_start(const char *directory, const char *name)
{
	return ask_start_of(directory, name, getpid(), start_time_of(getpid()));
}

/* What is said of an init that has answered G, and has ended since. It may have executed a program before. */
static void start_ended(const char *directory, uint32_t outcome, const char *program, int signal)
{
	siginfo_t info;
	pid_t child = fork();

	if (child == 0) {
		if (program)
			execl(program, program, "1000", NULL);
		pause();
		_exit(0);
	}
	uint64_t start = start_time_of(child);
	char path[64], link[512] = "";
	snprintf(path, sizeof(path), "/proc/%d/exe", child);
	while (program && !strstr(link, "/sleep") && !strstr(link, "/busybox") && !strstr(link, "/coreutils"))
		CHECK(readlink(path, link, sizeof(link) - 1) > 0);
	kill(child, signal);
	CHECK_EQUAL(0, waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT));
	serve_start(directory, "G", 1);
	struct reader reader = ask_start_of(directory, "start", child, start);
	CHECK_EQUAL(outcome, get_u32(&reader));
	serve_start(directory, "G", 1);
	reader = ask_start_of(directory, "start", child, start + 1); /* another one has its number */
	CHECK_EQUAL(4, get_u32(&reader));
	CHECK_EQUAL(child, waitpid(child, NULL, 0));
	serve_start(directory, "G", 1);
	reader = ask_start_of(directory, "start", child, start);
	CHECK_EQUAL(4, get_u32(&reader));
}

static const char failed_answer[] = "GF\7\0\0\0\2\0\0\0\15\0\0\0\3\0\0\0abc";

void start_scenario(struct greeting *greeting, char **arguments)
{
	char directory[512];
	struct reader reader;

	(void)greeting;
	/* A state directory whose path has no room in a socket's address. */
	snprintf(directory, sizeof(directory), "%s/%0200d", arguments[0], 0);
	CHECK(mkdir(directory, 0700) == 0 || errno == EEXIST);

	reader = ask_start("/nonexistent", "start");
	CHECK_EQUAL(2, get_u32(&reader));
	CHECK_EQUAL(ENOENT, get_u32(&reader));
	reader = ask_start(directory, "none");
	CHECK_EQUAL(2, get_u32(&reader));
	CHECK_EQUAL(ENOENT, get_u32(&reader));

	serve_start(directory, "G", 1);
	reader = ask_start(directory, "start");
	CHECK_EQUAL(0, get_u32(&reader));
	CHECK_EQUAL(0, reader_end(&reader));
	start_ended(directory, 3, NULL, SIGKILL);
	start_ended(directory, 3, NULL, SIGTERM);
	start_ended(directory, 4, "/bin/sleep", SIGKILL);
	start_ended(directory, 0, "/bin/sleep", SIGTERM);

	serve_start(directory, "", 0);
	reader = ask_start(directory, "start");
	CHECK_EQUAL(3, get_u32(&reader));

	serve_start(directory, failed_answer, sizeof(failed_answer));
	reader = ask_start(directory, "start");
	CHECK_EQUAL(1, get_u32(&reader));
	CHECK_EQUAL(7, get_u32(&reader));
	CHECK_EQUAL(2, get_u32(&reader));
	CHECK_EQUAL(EACCES, get_u32(&reader));
	CHECK(!strcmp("abc", get_text(&reader)));

	serve_start(directory, failed_answer, sizeof(failed_answer) - 2); /* cut off: it died while it spoke */
	reader = ask_start(directory, "start");
	CHECK_EQUAL(3, get_u32(&reader));

	serve_start(directory, "x", 1);
	reader = ask_start(directory, "start");
	CHECK_EQUAL(3, get_u32(&reader));
	ask_exit(0);
}

/* --- SEND_PIDFD --- */

static int ask_pidfd(uint32_t pid, uint64_t start, const char *path)
{
	struct draft draft;

	draft_begin(&draft, FRAME_SEND_PIDFD);
	draft_u32(&draft, pid);
	draft_u64(&draft, start);
	draft_text(&draft, path, strlen(path));
	draft_text(&draft, "standard", 8);
	draft_send(&draft, STREAM);
	struct reader reader = expect(FRAME_DONE);
	return (int)get_u32(&reader);
}

/* The socket is in a directory whose path is longer than an address; it is accepted only after the answer. */
void pidfd_scenario(struct greeting *greeting, char **arguments)
{
	char path[512], text[16];
	struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "socket"};
	pid_t child = make_child();
	uint64_t start = start_time_of(child);
	int pidfd = -1, status;

	(void)greeting;
	snprintf(path, sizeof(path), "%s/%0100d", arguments[0], 7);
	CHECK(mkdir(path, 0700) == 0 && chdir(path) == 0);
	strcat(path, "/socket");
	CHECK_EQUAL(ENOENT, ask_pidfd((uint32_t)child, start, path));
	int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	CHECK(listener >= 0 && bind(listener, (struct sockaddr *)&address, sizeof(address)) == 0);
	CHECK_EQUAL(ECONNREFUSED, ask_pidfd((uint32_t)child, start, path));
	CHECK(listen(listener, 4) == 0);
	CHECK_EQUAL(ESRCH, ask_pidfd((uint32_t)child, start + 1, path));
	CHECK(accept(listener, NULL, NULL) < 0); /* nothing was sent for another process */
	CHECK_EQUAL(EINVAL, ask_pidfd((uint32_t)child, start, "socket"));
	CHECK_EQUAL(0, ask_pidfd((uint32_t)child, start, path));
	int connection = accept(listener, NULL, NULL);
	CHECK(connection >= 0);
	CHECK_EQUAL(8, descriptor_receive(connection, text, sizeof(text), &pidfd));
	CHECK(!memcmp(text, "standard", 8) && pidfd >= 0);
	CHECK_EQUAL(0, (int)syscall(SYS_pidfd_send_signal, pidfd, SIGUSR1, NULL, 0));
	CHECK_EQUAL(child, waitpid(child, &status, 0));
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGUSR1);
	ask_exit(0);
}
