/* Stands in for java in the tests of the driver: test/driver_test.sh. */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "fake.h"
#include "ops.h"

extern char **environ;

static bool is_text(struct texts texts, uint32_t index, const char *expected)
{
	const char *text = "";

	for (uint32_t i = 0; i <= index; i++)
		if (!texts_next(&texts, &text))
			return false;
	return !strcmp(text, expected);
}

/* A line of /proc/self/status, in hexadecimal. */
static unsigned long long status_mask(const char *name)
{
	char line[256];
	unsigned long long mask = 1;
	FILE *file = fopen("/proc/self/status", "re");

	CHECK(file);
	while (fgets(line, sizeof(line), file))
		if (!strncmp(line, name, strlen(name)))
			mask = strtoull(line + strlen(name) + 1, NULL, 16);
	fclose(file);
	return mask;
}

static int count_descriptors(void)
{
	int count = 0;
	DIR *directory = opendir("/proc/self/fd");

	CHECK(directory);
	while (readdir(directory))
		count++;
	closedir(directory);
	return count - 3; /* ".", ".." and the directory itself */
}

/* What the driver says about itself, and what it starts java with. Arguments: the caller's directory, JVM's arguments.
 */
static void hello_scenario(struct greeting *greeting, char **arguments)
{
	int death = 0;
	char directory[4096];

	CHECK_EQUAL(PROTOCOL_VERSION, greeting->version);
	CHECK(greeting->hash == OPS_HASH);
	CHECK_EQUAL(getppid(), greeting->pid);
	CHECK(greeting->start == start_time_of(getppid()));
	CHECK_EQUAL(geteuid(), greeting->uid);
	CHECK_EQUAL(getegid(), greeting->gid);
	CHECK_EQUAL(027, greeting->umask);
	CHECK(!strcmp(greeting->cwd, arguments[0]));
	CHECK(getcwd(directory, sizeof(directory)) && !strcmp(directory, "/"));
	CHECK_EQUAL(3, greeting->argv.count);
	CHECK(is_text(greeting->argv, 1, "one") && is_text(greeting->argv, 2, ""));
	CHECK_EQUAL(2, greeting->env.count);
	CHECK(is_text(greeting->env, 0, "JAVA_TOOL_OPTIONS=-version") && is_text(greeting->env, 1, "A="));
	CHECK(greeting->started > 0 && greeting->connected >= greeting->started);

	CHECK(!strncmp(arguments[1], greeting->home, strlen(greeting->home)));
	CHECK(!strcmp(arguments[1] + strlen(greeting->home), "/a:@HOMEx"));
	CHECK(environ[0] && !strcmp(environ[0], "LC_ALL=C.UTF-8") && !environ[1]);
	CHECK_EQUAL(3, count_descriptors());
	CHECK_EQUAL(0, status_mask("SigBlk:"));
	CHECK_EQUAL(0, status_mask("SigIgn:"));
	CHECK(getpgrp() != getpgid(getppid()));
	CHECK(prctl(PR_GET_PDEATHSIG, &death) == 0 && death == SIGKILL);
	ask_exit(0);
}

/* The directory that the driver was started in is gone. */
static void no_directory_scenario(struct greeting *greeting, char **arguments)
{
	(void)arguments;
	CHECK(!*greeting->cwd);
	ask_exit(0);
}

/* WRITE to both; much of it, if asked to. Says on standard error with which errno, if any, that to standard output
 * failed. */
static void write_scenario(struct greeting *greeting, char **arguments)
{
	static char much[1024 * 1024 + 1];
	char text[32];
	uint32_t error = 0;

	(void)greeting;
	if (arguments[0]) {
		memset(much, 'x', sizeof(much) - 1);
		error = say(STDOUT_FILENO, much);
	}
	if (!error)
		error = say(STDOUT_FILENO, "out\n");
	snprintf(text, sizeof(text), "errno %u\n", error);
	say(STDERR_FILENO, error ? text : "err\n");
	ask_exit(0);
}

/* The next frame but for SIGNALLED, which may come at any time and is counted. */
static struct reader expect_beside_signals(uint32_t kind, int *signals)
{
	struct frame frame;

	while (frame_receive(STREAM, &frame) == 1 && frame.kind == FRAME_SIGNALLED)
		++*signals;
	CHECK_EQUAL(kind, frame.kind);
	return frame_reader(&frame);
}

/* Asks for the next bytes of a file. */
static void ask_read(const char *path)
{
	struct draft draft;

	draft_begin(&draft, FRAME_READ);
	draft_text(&draft, path, strlen(path));
	draft_send(&draft, STREAM);
}

/*
 * READ until the end, and WRITE what was read; asked to listen ("signal"), it first says so, for the test to send a
 * signal. Of standard input, or of a file that is named.
 */
static void read_scenario(struct greeting *greeting, char **arguments)
{
	bool listens = arguments[0] && !strcmp(arguments[0], "signal");
	const char *path = !arguments[0] ? "" : !listens ? arguments[0] : arguments[1] ? arguments[1] : "";
	char text[32];
	struct bytes bytes;
	uint32_t error, ended;
	int signals = 0;

	(void)greeting;
	if (listens) {
		struct draft draft;

		draft_begin(&draft, FRAME_WRITE);
		draft_u32(&draft, STDOUT_FILENO);
		draft_bytes(&draft, (const uint8_t *)"listening\n", 10);
		draft_send(&draft, STREAM);
		expect_beside_signals(FRAME_DONE, &signals);
	}
	do {
		ask_read(path);
		path = "";
		struct reader reader = expect_beside_signals(FRAME_INPUT, &signals);
		struct draft draft;

		error = get_u32(&reader);
		ended = get_u32(&reader);
		CHECK(read_bytes(&reader, &bytes) == 0 && reader_end(&reader) == 0);
		CHECK(ended || (bytes.size && !error));
		draft_begin(&draft, FRAME_WRITE);
		draft_u32(&draft, STDOUT_FILENO);
		draft_bytes(&draft, bytes.at, bytes.size);
		draft_send(&draft, STREAM);
		expect_beside_signals(FRAME_DONE, &signals);
	} while (!error && !ended);
	CHECK(listens == (signals > 0));
	snprintf(text, sizeof(text), "errno %u\n", error);
	say(STDERR_FILENO, text);
	ask_exit(0);
}

static void exit_scenario(struct greeting *greeting, char **arguments)
{
	(void)greeting;
	ask_exit((uint32_t)atoi(arguments[0]));
}

/* Both the driver's standard streams and ours: every one is open, and the closed ones are /dev/null. */
static void closed_streams_scenario(struct greeting *greeting, char **arguments)
{
	char path[64], target[64];

	(void)arguments;
	for (int fd = 0; fd < 3; fd++) {
		snprintf(path, sizeof(path), "/proc/%u/fd/%d", greeting->pid, fd);
		ssize_t length = readlink(path, target, sizeof(target) - 1);
		if (length < 0 || strncmp(target, "/dev/null", 9))
			ask_exit(1);
	}
	ask_exit(0);
}

static void die_scenario(struct greeting *greeting, char **arguments)
{
	(void)greeting;
	puts("OpenJDK 64-Bit Server VM warning: something irrelevant");
	puts("[0.012s][warning][cds] something else");
	puts("Error occurred during initialization of VM");
	puts("Could not reserve\tenough space");
	puts("and a long trace");
	fflush(stdout);
	if (arguments[0])
		raise(atoi(arguments[0]));
	exit(3);
}

/* Closes the stream and hangs. */
static void hang_scenario(struct greeting *greeting, char **arguments)
{
	(void)greeting;
	(void)arguments;
	shutdown(STREAM, SHUT_RDWR);
	pause();
}

/* Bytes that are no request. */
static void garbage_scenario(struct greeting *greeting, char **arguments)
{
	struct draft draft;
	char byte;

	(void)greeting;
	switch (*arguments[0]) {
	case 'k': /* unknown kind */
		send_empty(STREAM, 200);
		break;
	case 'a': /* the driver's own kinds */
		send_empty(STREAM, FRAME_READY);
		break;
	case 'l': /* too long */
		CHECK(write(STREAM, "\xff\xff\xff\x7f\x41\0\0\0", 8) == 8);
		break;
	case 'h': /* half a head */
		CHECK(write(STREAM, "\1\0\0", 3) == 3);
		exit(0);
	case 'p': /* half a payload */
		CHECK(write(STREAM, "\4\0\0\0\x49\0\0\0\1\2", 10) == 10);
		exit(0);
	case 's': /* short payload */
		send_u32(STREAM, FRAME_SIGNAL, 1);
		break;
	case 't': /* a text that reaches beyond the end */
		draft_begin(&draft, FRAME_UNMOUNT);
		draft_u32(&draft, 0xfffffff0);
		draft_send(&draft, STREAM);
		break;
	case 'm': /* more texts than there are bytes */
		draft_begin(&draft, FRAME_HOOK);
		draft_text(&draft, "/bin/sh", 7);
		draft_u32(&draft, 0xffffffff);
		draft_send(&draft, STREAM);
		break;
	case 'w': /* to a descriptor that is not Java's business */
		draft_begin(&draft, FRAME_WRITE);
		draft_u32(&draft, 0);
		draft_u32(&draft, 0);
		draft_send(&draft, STREAM);
		break;
	case 'c':
		send_empty(STREAM, FRAME_CONTINUE);
		break;
	case 'r':
		send_empty(STREAM, FRAME_KILL_AND_REAP);
		break;
	case 'v': /* an init that is none */
		draft_begin(&draft, FRAME_SUPERVISE);
		draft_u32(&draft, (uint32_t)getpid());
		draft_u32(&draft, 1);
		draft_u32(&draft, 0);
		draft_send(&draft, STREAM);
		break;
	default:
		send_u32(STREAM, FRAME_EXIT, 256);
		break;
	}
	while (read(STREAM, &byte, 1) > 0)
		;
	pause(); /* the driver kills us */
}

/* Answers a signal with exit code 128 + n, if it is the expected one. */
static void signalled_scenario(struct greeting *greeting, char **arguments)
{
	struct reader reader;

	(void)greeting;
	say(STDOUT_FILENO, "listening\n");
	reader = expect(FRAME_SIGNALLED);
	CHECK_EQUAL(atoi(arguments[0]), get_u32(&reader));
	ask_exit(128 + (uint32_t)atoi(arguments[0]));
}

/* Does not answer. */
static void deaf_scenario(struct greeting *greeting, char **arguments)
{
	(void)greeting;
	(void)arguments;
	say(STDOUT_FILENO, "listening\n");
	pause();
}

static const struct {
	const char *name;
	scenario *run;
} scenarios[] = {
	{"hello", hello_scenario},
	{"no-directory", no_directory_scenario},
	{"write", write_scenario},
	{"read", read_scenario},
	{"exit", exit_scenario},
	{"closed-streams", closed_streams_scenario},
	{"die", die_scenario},
	{"hang", hang_scenario},
	{"garbage", garbage_scenario},
	{"signalled", signalled_scenario},
	{"deaf", deaf_scenario},
	{"hook", hook_scenario},
	{"hook-interrupt", hook_interrupt_scenario},
	{"signal", signal_scenario},
	{"await", await_scenario},
	{"start", start_scenario},
	{"pidfd", pidfd_scenario},
	{"run", run_scenario},
};

int main(int argc, char **argv)
{
	struct greeting greeting;

	receive_greeting(&greeting);
	for (size_t i = 0; argc > 1 && i < sizeof(scenarios) / sizeof(*scenarios); i++)
		if (!strcmp(argv[1], scenarios[i].name))
			scenarios[i].run(&greeting, argv + 2);
	puts("no such scenario");
	return 97;
}
