/* Scenarios of RUN and what belongs to it: real programs, which need no privileges. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fake.h"
#include "ops.h"
#include "../src/process.h"
#include "../src/program.h"

/* --- programs --- */

/* A RUN frame that is being made. Offsets of what is known only at its end. */
struct plan {
	struct draft draft;
	uint32_t operations;
	size_t payload; /* of the operation that is being added */
};

enum {
	AT_SIZE_OF_BYTES = FRAME_HEAD_SIZE,
	AT_PROGRAM = FRAME_HEAD_SIZE + 4,
	AT_SIZE = AT_PROGRAM + 12,
	AT_COUNT = AT_PROGRAM + 16,
	AT_TIMED = AT_PROGRAM + 28,
	SYNC_POINT = 1,
};

static void patch(struct plan *plan, size_t at, size_t value)
{
	for (size_t i = 0; i < 4; i++)
		plan->draft.data[at + i] = (uint8_t)(value >> 8 * i);
}

static struct plan begin_plan(uint32_t preserved)
{
	struct plan plan = {.operations = 0};

	draft_begin(&plan.draft, FRAME_RUN);
	draft_u32(&plan.draft, 0);
	draft_u32(&plan.draft, PROGRAM_MAGIC);
	draft_u64(&plan.draft, OPS_HASH);
	draft_u32(&plan.draft, 0);
	draft_u32(&plan.draft, 0);
	draft_u32(&plan.draft, 1); /* slots */
	draft_u32(&plan.draft, preserved);
	draft_u32(&plan.draft, 0); /* timed */
	return plan;
}

static struct draft *begin_operation(struct plan *plan, uint32_t opcode, uint32_t context)
{
	draft_u32(&plan->draft, opcode);
	draft_u32(&plan->draft, context);
	draft_u32(&plan->draft, 0);
	plan->payload = plan->draft.length;
	plan->operations++;
	return &plan->draft;
}

static void end_operation(struct plan *plan)
{
	patch(plan, plan->payload - 4, plan->draft.length - plan->payload);
}

static void add_plain(struct plan *plan, uint32_t opcode, uint32_t context)
{
	begin_operation(plan, opcode, context);
	end_operation(plan);
}

static void add_number(struct plan *plan, uint32_t opcode, uint32_t context, uint32_t number)
{
	draft_u32(begin_operation(plan, opcode, context), number);
	end_operation(plan);
}

/* Flags for clone: those that the caller may have privileges for. */
static uint64_t namespaces;

static void add_clone(struct plan *plan)
{
	struct draft *draft = begin_operation(plan, OP_CLONE_INIT, CONTEXT_LAUNCHER);

	draft_u64(draft, namespaces);
	draft_u32(draft, NO_SLOT);
	draft_u32(draft, NO_SLOT);
	end_operation(plan);
	add_plain(plan, OP_DIE_WITH_PARENT, CONTEXT_INIT);
}

static void add_shell(struct plan *plan, const char *script)
{
	char *argv[] = {(char[]){"sh"}, (char[]){"-c"}, (char *)(uintptr_t)script, NULL};
	char *env[] = {(char[]){"PATH=/usr/bin:/bin"}, NULL}, *none[] = {NULL};
	struct draft *draft = begin_operation(plan, OP_FIND_EXECUTABLE, CONTEXT_INIT);

	draft_text(draft, "/bin/sh", 7);
	draft_texts(draft, none);
	end_operation(plan);
	draft = begin_operation(plan, OP_EXECUTE, CONTEXT_INIT);
	draft_texts(draft, argv);
	draft_texts(draft, env);
	end_operation(plan);
}

static void run_plan(struct plan *plan)
{
	patch(plan, AT_SIZE_OF_BYTES, plan->draft.length - AT_PROGRAM);
	patch(plan, AT_SIZE, plan->draft.length - AT_PROGRAM);
	patch(plan, AT_COUNT, plan->operations);
	draft_send(&plan->draft, STREAM);
}

/* --- what comes back --- */

static uint32_t expect_spawned(const struct greeting *greeting)
{
	struct reader reader = expect(FRAME_SPAWNED);
	uint32_t pid = get_u32(&reader);
	char path[64], line[512];
	int parent = 0; /* of one that is being reaped */

	/* A child of the driver's, not of the launcher's. */
	snprintf(path, sizeof(path), "/proc/%u/stat", pid);
	FILE *file = fopen(path, "re");
	if (file) { /* else it has been quick */
		if (fgets(line, sizeof(line), file))
			parent = atoi(strrchr(line, ')') + 4);
		fclose(file);
		CHECK(parent == (int)greeting->pid || parent == 0);
		uint64_t start;
		CHECK(process_start_time((pid_t)pid, &start) < 0 || get_u64(&reader) == start);
	}
	return pid;
}

static void expect_gone(uint32_t pid)
{
	CHECK(kill((pid_t)pid, 0) < 0 && errno == ESRCH);
}

/* index, step, errno and the beginning of the detail */
static void expect_failed(uint32_t index, uint32_t step, int error, const char *detail)
{
	struct reader reader = expect(FRAME_FAILED);
	const char *text;

	CHECK_EQUAL(index, get_u32(&reader));
	CHECK_EQUAL(step, get_u32(&reader));
	CHECK_EQUAL(error, get_u32(&reader));
	text = get_text(&reader);
	if (strncmp(text, detail, strlen(detail)))
		wrong(__FILE__, __LINE__, text, 0);
}

static _Noreturn void supervise(uint32_t pid, char *cleanup)
{
	char *argv[] = {(char[]){"minirt"}, cleanup, NULL}, *none[] = {NULL};
	struct frame frame;
	struct draft draft;

	draft_begin(&draft, FRAME_SUPERVISE);
	draft_u32(&draft, pid);
	draft_u32(&draft, 1); /* adopt orphans */
	draft_texts(&draft, cleanup ? argv : none);
	draft_send(&draft, STREAM);
	CHECK_EQUAL(0, frame_receive(STREAM, &frame)); /* let go */
	_exit(0);
}

/* --- scenarios --- */

/* A program without Ready (exec): its end is the exit code of the driver. */
static void run_to_the_end(struct greeting *greeting, char **arguments)
{
	struct plan plan = begin_plan((uint32_t)atoi(arguments[2] ? arguments[2] : "0"));

	add_number(
		&plan, OP_CLOSE_DESCRIPTORS, CONTEXT_LAUNCHER, 3 + (uint32_t)atoi(arguments[2] ? arguments[2] : "0"));
	add_plain(&plan, OP_RESET_SIGNALS, CONTEXT_LAUNCHER);
	add_clone(&plan);
	add_shell(&plan, arguments[1]);
	run_plan(&plan);
	uint32_t pid = expect_spawned(greeting);
	expect(FRAME_READY);
	supervise(pid, arguments[2] ? arguments[3] : NULL);
}

/* Reads the times of all operations in front of the one that ends the dialogue, and that end. */
static void expect_times(uint32_t operations)
{
	uint64_t sum = 0;

	for (uint32_t told = 0; told < operations;) {
		struct reader reader = expect(FRAME_TIMES);
		uint64_t launching = get_u64(&reader), beginning = get_u64(&reader);
		CHECK(launching > 0 && beginning > 0);
		CHECK_EQUAL(told, get_u32(&reader));
		uint32_t count = get_u32(&reader);
		CHECK(count > 0 && count <= operations - told);
		for (uint32_t i = 0; i < count; i++)
			sum += get_u64(&reader);
		told += count;
	}
	CHECK(sum > 0 && sum < UINT64_C(60000000000)); /* less than the test's own patience */
	expect(FRAME_READY);
}

/* Programs that ask how long their operations take: more of these than one message holds. */
static void run_timed(struct greeting *greeting, char **arguments)
{
	struct plan plan = begin_plan(0);

	plan.draft.data[AT_TIMED] = 1;
	add_plain(&plan, OP_RESET_SIGNALS, CONTEXT_LAUNCHER);
	add_clone(&plan);
	for (int i = 0; i < 2500; i++)
		add_number(&plan, OP_SET_UMASK, CONTEXT_INIT, 022);
	uint32_t until = plan.operations;
	if (!strcmp(arguments[1], "ready"))
		add_plain(&plan, OP_READY, CONTEXT_INIT);
	else
		until++; /* FindExecutable */
	add_shell(&plan, "exit 3");
	run_plan(&plan);
	uint32_t pid = expect_spawned(greeting);
	expect_times(until);
	supervise(pid, NULL);
}

/* Goes up to the synchronisation point. Operations: clone 0, die 1, limit 2, synchronize 3, ... */
static uint32_t run_to_point(struct greeting *greeting)
{
	struct plan plan = begin_plan(0);
	struct reader reader;
	struct draft *draft;
	uint32_t pid;

	add_clone(&plan);
	draft = begin_operation(&plan, OP_LIMIT_INIT_RESOURCE, CONTEXT_DRIVER);
	draft_u32(draft, RLIMIT_CORE);
	draft_u64(draft, 0);
	draft_u64(draft, 0);
	end_operation(&plan);
	add_number(&plan, OP_SYNCHRONIZE, CONTEXT_INIT, SYNC_POINT);
	add_plain(&plan, OP_READY, CONTEXT_INIT);
	add_shell(&plan,
		"test \"$(ulimit -Hc)\" = 0 || exit 9; trap 'exit 5' TERM; echo up; while :; do sleep 0.05; done");
	run_plan(&plan);
	pid = expect_spawned(greeting);
	reader = expect(FRAME_REACHED);
	CHECK_EQUAL(SYNC_POINT, get_u32(&reader));
	return pid;
}

static void check_sealed(uint32_t pid)
{
	char path[64], target[64] = "";
	struct rlimit core;

	snprintf(path, sizeof(path), "/proc/%u/exe", pid);
	if (geteuid() == 0) { /* init is not dumpable */
		CHECK(readlink(path, target, sizeof(target) - 1) > 0 && !strncmp(target, "/memfd:minirt-init", 18));
		CHECK(open(path, O_RDWR) < 0);
		int fd = open(path, O_RDONLY);
		CHECK(fd >= 0);
		CHECK_EQUAL(F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE, fcntl(fd, F_GET_SEALS) & 0xf);
	}
	CHECK(prlimit((pid_t)pid, RLIMIT_CORE, NULL, &core) == 0 && core.rlim_max == 0);
}

static void create(struct greeting *greeting, char **arguments)
{
	uint32_t pid = run_to_point(greeting);

	check_sealed(pid);
	send_empty(STREAM, FRAME_CONTINUE);
	expect(FRAME_READY);
	if (arguments[1]) { /* KILL_AND_REAP */
		send_empty(STREAM, FRAME_KILL_AND_REAP);
		struct reader reader = expect(FRAME_EXITED);
		CHECK_EQUAL(SIGKILL, get_u32(&reader));
		expect_gone(pid);
		ask_exit(0);
	}
	supervise(pid, NULL);
}

static void abort_at_point(struct greeting *greeting)
{
	uint32_t pid = run_to_point(greeting);

	send_empty(STREAM, FRAME_ABORT);
	expect(FRAME_DONE);
	expect_gone(pid);
	send_empty(STREAM, FRAME_ABORT); /* it may have been too late */
	expect(FRAME_DONE);
	run_to_point(greeting); /* another one may follow */
	ask_exit(3);
}

static uint32_t hold_place(void)
{
	char path[64], line[512];
	uint64_t start;

	send_empty(STREAM, FRAME_HOLD_PLACE);
	struct reader reader = expect(FRAME_PLACE_HELD);
	CHECK_EQUAL(0, get_u32(&reader));
	uint32_t pid = get_u32(&reader);
	CHECK(process_start_time((pid_t)pid, &start) == 0 && get_u64(&reader) == start);
	snprintf(path, sizeof(path), "/proc/%u/stat", pid);
	FILE *file = fopen(path, "re");
	CHECK(file && fgets(line, sizeof(line), file) && strstr(line, "(minirt"));
	if (file)
		fclose(file);
	return pid;
}

/* The process that holds a place for init is gone when init is there, and another one may be asked for. */
static void hold_and_run(struct greeting *greeting)
{
	uint32_t first = hold_place(), second = hold_place();

	expect_gone(first);
	CHECK(kill((pid_t)second, 0) == 0);
	run_to_point(greeting);
	expect_gone(second);
	send_empty(STREAM, FRAME_ABORT);
	expect(FRAME_DONE);
	uint32_t third = hold_place();
	send_empty(STREAM, FRAME_ABORT); /* without a run there is nothing to do, and the place stays */
	expect(FRAME_DONE);
	CHECK(kill((pid_t)third, 0) == 0);
	char line[16];
	snprintf(line, sizeof(line), "%u\n", third);
	say(STDOUT_FILENO, line);
	ask_exit(0);
}

/* Init's death while Java works is told when Java asks to go on, not instead of the answer to something else. */
static void die_at_point(struct greeting *greeting)
{
	uint32_t pid = run_to_point(greeting);
	struct reader reader;

	kill((pid_t)pid, SIGKILL);
	usleep(50 * 1000);
	struct draft draft;
	draft_begin(&draft, FRAME_UNMOUNT);
	draft_text(&draft, "/nonexistent", 12);
	draft_send(&draft, STREAM);
	reader = expect(FRAME_DONE);
	CHECK(get_u32(&reader) != 0);
	send_empty(STREAM, FRAME_CONTINUE);
	reader = expect(FRAME_DIED);
	CHECK_EQUAL(3, get_u32(&reader));
	CHECK_EQUAL(SIGKILL, get_u32(&reader));
	expect_gone(pid);
	ask_exit(0);
}

/* Stays at the point while the test does something to the driver. */
static void wait_at_point(struct greeting *greeting, char **arguments)
{
	char text[64];

	snprintf(text, sizeof(text), "listening %u\n", run_to_point(greeting));
	say(STDOUT_FILENO, text);
	if (!strcmp(arguments[0], "exits"))
		ask_exit(0);
	if (!strcmp(arguments[0], "crashes"))
		raise(SIGTERM);
	pause();
}

static void fail(struct greeting *greeting, char **arguments)
{
	struct plan plan = begin_plan(0);

	if (!strcmp(arguments[1], "launcher")) {
		struct draft *draft = begin_operation(&plan, OP_OPEN_PATH, CONTEXT_LAUNCHER);
		draft_text(draft, "/nonexistent", 12);
		draft_u32(draft, 0);
		draft_u32(draft, 0);
		end_operation(&plan);
		add_clone(&plan);
		run_plan(&plan);
		expect_failed(0, STEP_OPEN_PATH_OPEN, ENOENT, "/nonexistent");
		ask_exit(0);
	}
	if (!strcmp(arguments[1], "program")) {
		add_clone(&plan);
		add_plain(&plan, OP_READY, CONTEXT_LAUNCHER); /* in the wrong place */
		run_plan(&plan);
		expect_failed(2, UINT32_MAX, EPROTO, "");
		ask_exit(0);
	}
	if (!strcmp(arguments[1], "preserved")) {
		plan = begin_plan(65000); /* more than there may be descriptors */
		add_clone(&plan);
		run_plan(&plan);
		expect_failed(UINT32_MAX, UINT32_MAX, EINVAL, "find a descriptor");
		ask_exit(0);
	}
	if (!strcmp(arguments[1], "memfd")) {
		add_clone(&plan);
		run_plan(&plan);
		expect_failed(UINT32_MAX, UINT32_MAX, EACCES,
			"make a copy of the runtime in memory: forbidden by the sysctl vm.memfd_noexec");
		ask_exit(0);
	}
	if (!strcmp(arguments[1], "driver")) {
		add_clone(&plan);
		struct draft *draft = begin_operation(&plan, OP_LIMIT_INIT_RESOURCE, CONTEXT_DRIVER);
		draft_u32(draft, 999);
		draft_u64(draft, 0);
		draft_u64(draft, 0);
		end_operation(&plan);
		run_plan(&plan);
		uint32_t pid = expect_spawned(greeting);
		expect_failed(2, STEP_LIMIT_INIT_RESOURCE_SET, EINVAL, "");
		expect_gone(pid);
		ask_exit(0);
	}
	/* Its program is not there. */
	add_clone(&plan);
	struct draft *draft = begin_operation(&plan, OP_FIND_EXECUTABLE, CONTEXT_INIT);
	draft_text(draft, "/nonexistent", 12);
	draft_u32(draft, 0);
	end_operation(&plan);
	run_plan(&plan);
	uint32_t pid = expect_spawned(greeting);
	expect_failed(2, STEP_FIND_EXECUTABLE_STAT, ENOENT, "/nonexistent");
	expect_gone(pid);
	ask_exit(0);
}

/* A program that just ends, neither ready nor executing. */
static void end_early(struct greeting *greeting)
{
	struct plan plan = begin_plan(0);

	add_clone(&plan);
	run_plan(&plan);
	uint32_t pid = expect_spawned(greeting);
	struct reader reader = expect(FRAME_DIED);
	CHECK_EQUAL(UINT32_MAX, get_u32(&reader));
	CHECK_EQUAL(0, get_u32(&reader));
	expect_gone(pid);
	ask_exit(0);
}

/* Created, parked, started. */
static void start_created(struct greeting *greeting, char **arguments)
{
	struct plan plan = begin_plan(0);
	struct draft draft, *operation = begin_operation(&plan, OP_LISTEN_FOR_START, CONTEXT_LAUNCHER);
	uint64_t start = 0;

	draft_text(operation, arguments[1], strlen(arguments[1]));
	draft_text(operation, "start", 5);
	draft_u32(operation, 0);
	end_operation(&plan);
	add_clone(&plan);
	add_plain(&plan, OP_READY, CONTEXT_INIT);
	add_number(&plan, OP_AWAIT_START, CONTEXT_INIT, 0);
	add_shell(&plan, arguments[2]);
	run_plan(&plan);
	uint32_t pid = expect_spawned(greeting);
	expect(FRAME_READY);
	CHECK_EQUAL(0, process_start_time((pid_t)pid, &start));
	draft_begin(&draft, FRAME_START);
	draft_text(&draft, arguments[1], strlen(arguments[1]));
	draft_text(&draft, "start", 5);
	draft_u32(&draft, pid);
	draft_u64(&draft, start);
	draft_send(&draft, STREAM);
	struct reader reader = expect(FRAME_STARTED);
	CHECK_EQUAL(0, get_u32(&reader));
	supervise(pid, NULL);
}

/* Asks for something else while RUN is not answered. */
static void interrupt_run(struct greeting *greeting)
{
	struct plan plan = begin_plan(0), second = begin_plan(0);

	add_clone(&plan);
	add_number(&plan, OP_SYNCHRONIZE, CONTEXT_INIT, SYNC_POINT);
	run_plan(&plan);
	expect_spawned(greeting);
	expect(FRAME_REACHED);
	add_clone(&second);
	run_plan(&second);
	pause();
}

void run_scenario(struct greeting *greeting, char **arguments)
{
	const char *what = arguments[0];

	if (!strcmp(what, "pid")) {
		namespaces = CLONE_NEWPID;
		what = *++arguments;
	}
	if (!strcmp(what, "end"))
		run_to_the_end(greeting, arguments);
	else if (!strcmp(what, "timed"))
		run_timed(greeting, arguments);
	else if (!strcmp(what, "create"))
		create(greeting, arguments);
	else if (!strcmp(what, "abort"))
		abort_at_point(greeting);
	else if (!strcmp(what, "place"))
		hold_and_run(greeting);
	else if (!strcmp(what, "die"))
		die_at_point(greeting);
	else if (!strcmp(what, "fail"))
		fail(greeting, arguments);
	else if (!strcmp(what, "end-early"))
		end_early(greeting);
	else if (!strcmp(what, "start"))
		start_created(greeting, arguments);
	else if (!strcmp(what, "interrupt"))
		interrupt_run(greeting);
	else
		wait_at_point(greeting, arguments);
}
