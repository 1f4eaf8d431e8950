/* The way of whole programs: launcher, clone, ready, start, execute; the test is the driver. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "control.h"
#include "driver_end.h"
#include "sys.h"
#include "tests.h"

static void add_container(uint64_t namespaces)
{
	begin();
	add(CLOSE_DESCRIPTORS, LAUNCHER, "u", 3);
	add(RESET_SIGNALS, LAUNCHER, "");
	add(OPEN_PATH, LAUNCHER, "suu", "/", 1, 0);
	add(HOLD_FILE, LAUNCHER, "su", SCRATCH "/lock", 1);
	add(LISTEN_FOR_START, LAUNCHER, "ssu", SCRATCH, "start", 2);
	add(CLONE_INIT, LAUNCHER, "Uuu", namespaces, NO_SLOT, NO_SLOT);
	add(DIE_WITH_PARENT, INIT, "");
}

static void add_start(const char *script)
{
	add(FIND_EXECUTABLE, INIT, "sT", "sh", TEXTS("/nowhere", "/bin"));
	add(READY, INIT, "");
	add(AWAIT_START, INIT, "u", 2);
	add(EXECUTE, INIT, "TT", TEXTS("name", "-c", script), TEXTS("GREETING=hello"));
}

static void lives(void)
{
	pid_t launcher;
	umask(027);					/* P8: a program without SetUmask keeps the caller's */
	int leaked = open("/", O_RDONLY | O_DIRECTORY); /* S2 */
	CHECK(leaked >= 0);
	add_container(CLONE_NEWPID | CLONE_NEWIPC);
	add_start("echo $GREETING $$ $0 $(umask) $(ls /proc/self/fd | wc -l) >" SCRATCH "/out");
	int control = launch(&launcher);
	pid_t init = expect_spawned(control, launcher);
	CHECK(receive(control).kind == CONTROL_READY);
	/* Its end of the socket is closed. */
	CHECK(receive(control).size == 0);
	CHECK(mode_of(SCRATCH "/start") == (S_IFSOCK | 0600));
	/* A starter that dies before it has said anything does no harm, nor one that talks nonsense. */
	close(connect_to_start());
	int odd = connect_to_start();
	CHECK(write(odd, "?", 1) == 1);
	/* Nor one that is stopped, nor many. */
	for (int i = 0; i < 9; i++)
		CHECK(connect_to_start() >= 0);
	int starter = start();
	char answer;
	CHECK(connect_to_start() < 0);
	CHECK(read(starter, &answer, 1) == 0);
	CHECK(wait_for(init) == 0);
	CHECK(file_is(SCRATCH "/out", "hello 1 name 0027 4\n") || (system("sed 's/^/# /' " SCRATCH "/out"), false));
}

static void reports_failed_exec(void)
{
	pid_t launcher;
	make_file(SCRATCH "/script", "#!/nowhere/interpreter\n");
	CHECK(chmod(SCRATCH "/script", 0755) == 0);
	add_container(0);
	add(FIND_EXECUTABLE, INIT, "sT", SCRATCH "/script", NO_TEXTS);
	add(READY, INIT, "");
	add(AWAIT_START, INIT, "u", 2);
	add(EXECUTE, INIT, "TT", TEXTS("x"), NO_TEXTS);
	int control = launch(&launcher);
	pid_t init = expect_spawned(control, launcher);
	CHECK(receive(control).kind == CONTROL_READY);
	int starter = connect_to_start();
	uint8_t answer[256] = {0};
	CHECK(write(starter, "S", 1) == 1);
	CHECK(recv(starter, answer, 19, MSG_WAITALL) == 19);
	CHECK(answer[0] == 'G' && answer[1] == 'F');
	CHECK(decode_u32(answer + 2) == 10 && decode_u32(answer + 6) == STEP_EXECUTE_EXECUTE);
	CHECK(decode_u32(answer + 10) == ENOENT);
	CHECK(wait_for(init) == 1);
}

/* A filter before Execute need allow nothing of ours but execve; and what reports that it failed. */
static void needs_only_execve(void)
{
	struct instruction {
		uint16_t code;
		uint8_t jt, jf;
		uint32_t k;
	} filter[] = {
		{0x20, 0, 0, 0}, /* the number of the system call */
		{0x15, 4, 0, __NR_execve}, {0x15, 3, 0, __NR_sendto}, {0x15, 2, 0, __NR_exit_group},
		{0x15, 1, 0, __NR_sigaltstack}, /* AddressSanitizer, before what does not return */
		{0x06, 0, 0, 0x80000000},	/* kill the process */
		{0x06, 0, 0, 0x7fff0000},	/* allow */
	};
	pid_t launcher;
	make_file(SCRATCH "/script", "#!/nowhere/interpreter\n");
	CHECK(chmod(SCRATCH "/script", 0755) == 0);
	for (int ready = 0; ready < 2; ready++) {
		add_container(0);
		add(FIND_EXECUTABLE, INIT, "sT", SCRATCH "/script", NO_TEXTS);
		if (ready) {
			add(READY, INIT, "");
			add(AWAIT_START, INIT, "u", 2);
		}
		add(SET_NO_NEW_PRIVILEGES, INIT, "");
		add(LOAD_SECCOMP, INIT, "uB", 0, (const void *)filter, sizeof filter);
		add(EXECUTE, INIT, "TT", TEXTS("x"), NO_TEXTS);
		int control = launch(&launcher);
		pid_t init = expect_spawned(control, launcher);
		if (ready) {
			serve_until_ready(control, init);
			char answer = 0;
			CHECK(read(start(), &answer, 1) == 1 && answer == 'F');
		} else {
			struct message message = receive(control);
			CHECK(message.kind == CONTROL_BEGUN && message.a == 10);
			message = receive(control);
			CHECK(message.kind == CONTROL_FAILED && message.a == 10 && message.c == ENOENT);
			CHECK(unlink(SCRATCH "/start") == 0);
		}
		CHECK(wait_for(init) == 1);
	}
}

static void reports_failures(void)
{
	pid_t launcher;
	begin();
	add(OPEN_PATH, LAUNCHER, "suu", "/nowhere", 0, 0);
	add_clone();
	int control = launch(&launcher);
	struct message message = receive(control);
	CHECK(message.kind == CONTROL_FAILED && message.a == 0 && message.b == STEP_OPEN_PATH_OPEN);
	CHECK(message.c == ENOENT && strcmp(message.text, "/nowhere") == 0);
	CHECK(wait_for(launcher) == 1);

	add_container(CLONE_NEWUTS);
	add(SET_HOSTNAME, INIT, "s", "fine");
	add(JOIN_SESSION_KEYRING, INIT, "s", "x");
	add(FIND_EXECUTABLE, INIT, "sT", "nothing", TEXTS("/bin"));
	add(EXECUTE, INIT, "TT", TEXTS("x"), NO_TEXTS);
	control = launch(&launcher);
	pid_t init = expect_spawned(control, launcher);
	do
		message = receive(control);
	while (message.kind == CONTROL_BRANCHED);
	CHECK(message.kind == CONTROL_FAILED && message.a == 9 && message.b == STEP_FIND_EXECUTABLE_SEARCH);
	CHECK(message.c == ENOENT && strcmp(message.text, "nothing") == 0);
	CHECK(wait_for(init) == 1);
}

static void refuses_bad_programs(void)
{
	pid_t launcher;
	begin();
	add_clone();
	add(NEW_SESSION, INIT, "u", 1);
	int control = launch(&launcher);
	struct message message = receive(control);
	CHECK(message.kind == CONTROL_FAILED && message.a == 1 && message.b == STEP_PROGRAM && message.c == EPROTO);
	CHECK(wait_for(launcher) == 1);
}

static void synchronizes(void)
{
	pid_t launcher;
	add_container(0);
	add(SYNCHRONIZE, INIT, "u", 1);
	add(LIMIT_INIT_RESOURCE, DRIVER, "uUU", 7, (uint64_t)64, (uint64_t)64);
	add(FIND_EXECUTABLE, INIT, "sT", "true", TEXTS("/bin", "/usr/bin"));
	add(EXECUTE, INIT, "TT", TEXTS("true"), NO_TEXTS);
	int control = launch(&launcher);
	pid_t init = expect_spawned(control, launcher);
	struct message message = receive(control);
	CHECK(message.kind == CONTROL_BEGUN && message.a == 7);
	message = receive(control);
	CHECK(message.kind == CONTROL_REACHED && message.a == 1);
	/* It waits. */
	struct pollfd poller = {.fd = control, .events = POLLIN};
	CHECK(poll(&poller, 1, 100) == 0);
	CHECK(control_send(control, CONTROL_GO_ON) == 0);
	CHECK((message = receive(control)).kind == CONTROL_BEGUN && message.a == 8);
	CHECK((message = receive(control)).kind == CONTROL_DRIVER_TURN && message.a == 8);
	CHECK(control_send(control, CONTROL_GO_ON) == 0);
	/* A program without Ready: what begins is Execute, and execve ends the dialogue. */
	CHECK((message = receive(control)).kind == CONTROL_BEGUN && message.a == 10);
	CHECK(receive(control).size == 0);
	CHECK(wait_for(init) == 0);
}

/* K1: init is not left behind, wherever the driver dies. */
static void dies_with_the_driver(void)
{
	for (int point = 0; point < 3; point++) {
		int report[2];
		CHECK(pipe(report) == 0);
		CHECK(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
		fflush(stdout);
		pid_t driver = fork();
		if (driver == 0) {
			pid_t launcher, init;
			add_container(CLONE_NEWPID);
			add(SYNCHRONIZE, INIT, "u", 1);
			int control = launch(&launcher);
			if (point == 0) {
				struct message message = receive(control);
				init = (pid_t)message.a;
			} else {
				init = expect_spawned(control, launcher);
				CHECK(receive(control).kind == CONTROL_BEGUN);
				CHECK(receive(control).kind == CONTROL_REACHED);
			}
			CHECK(write(report[1], &init, sizeof init) == sizeof init);
			if (point == 2)
				raise(SIGKILL);
			_exit(0);
		}
		pid_t init;
		CHECK(read(report[0], &init, sizeof init) == sizeof init);
		wait_for(driver);
		/* Ours now. At first it sees the end of the socket; later the kernel kills it. */
		int status = wait_for(init);
		CHECK(status == 1 || status == 128 + SIGKILL);
		unlink(SCRATCH "/start");
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
	}
}

/* After Ready it must not. */
static void outlives_the_driver(void)
{
	int report[2];
	CHECK(pipe(report) == 0);
	CHECK(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
	fflush(stdout);
	pid_t driver = fork();
	if (driver == 0) {
		pid_t launcher;
		add_container(CLONE_NEWPID);
		add_start("exit 7");
		int control = launch(&launcher);
		pid_t init = expect_spawned(control, launcher);
		CHECK(receive(control).kind == CONTROL_READY);
		CHECK(write(report[1], &init, sizeof init) == sizeof init);
		raise(SIGKILL);
	}
	pid_t init;
	CHECK(read(report[0], &init, sizeof init) == sizeof init);
	wait_for(driver);
	start();
	CHECK(wait_for(init) == 7);
}

static void finds_executables(void)
{
	use_root();
	make_directory(SCRATCH "/a");
	make_directory(SCRATCH "/a/tool");
	make_directory(SCRATCH "/b");
	make_file(SCRATCH "/b/tool", "#!/bin/sh\n");
	make_file(SCRATCH "/b/plain", "");
	CHECK(chmod(SCRATCH "/b/tool", 0755) == 0);
	CHECK(chdir(SCRATCH "/b") == 0);
	const char *const *path = TEXTS(SCRATCH "/a", SCRATCH "/b", "/bin");
	CHECK_DONE(INIT(FIND_EXECUTABLE, "sT", "tool", path)); /* the directory of that name is no program */
	CHECK(strcmp(world.executable, SCRATCH "/b/tool") == 0);
	CHECK_DONE(INIT(FIND_EXECUTABLE, "sT", "./tool", path));
	CHECK(strcmp(world.executable, "./tool") == 0);
	CHECK_DONE(INIT(FIND_EXECUTABLE, "sT", "tool", TEXTS("")));
	CHECK(strcmp(world.executable, "./tool") == 0);
	CHECK_FAILS(INIT(FIND_EXECUTABLE, "sT", "plain", path), STEP_FIND_EXECUTABLE_ACCESS, EACCES);
	CHECK(strcmp(world.failure.detail, SCRATCH "/b/plain") == 0);
	CHECK_FAILS(INIT(FIND_EXECUTABLE, "sT", "nothing", path), STEP_FIND_EXECUTABLE_SEARCH, ENOENT);
	CHECK_FAILS(INIT(FIND_EXECUTABLE, "sT", "", path), STEP_FIND_EXECUTABLE_SEARCH, ENOENT);
	CHECK_FAILS(INIT(FIND_EXECUTABLE, "sT", "/none/x", path), STEP_FIND_EXECUTABLE_STAT, ENOENT);
	CHECK_FAILS(INIT(FIND_EXECUTABLE, "sT", SCRATCH "/a/tool", path), STEP_FIND_EXECUTABLE_DIRECTORY, EISDIR);
	CHECK_FAILS(INIT(FIND_EXECUTABLE, "sT", "./plain", path), STEP_FIND_EXECUTABLE_ACCESS, EACCES);
}

/* As the process will be, not as init is: with CAP_DAC_OVERRIDE every file that somebody may execute can be executed.
 */
static void finds_with_final_capabilities(void)
{
	make_directory(SCRATCH "/bin");
	make_file(SCRATCH "/bin/tool", "");
	CHECK(chmod(SCRATCH "/bin/tool", 0700) == 0 && chown(SCRATCH "/bin/tool", 5, 5) == 0);
	for (uint64_t override = 0; override < 2; override++) {
		begin();
		add_clone();
		add(FIND_EXECUTABLE, INIT, "sT", "tool", TEXTS(SCRATCH "/bin"));
		add(SET_UMASK, INIT, "u", 022);
		add(SET_CAPABILITIES, INIT, "UUUU", override << 1, override << 1 | 1, (uint64_t)0, (uint64_t)0);
		struct outcome result = run();
		CHECK_OUTCOME(result, override ? seen.error == 0 : seen.error == EACCES && seen.index == 1);
		CHECK(override || (status_number("CapEff", 16) & 1) != 0);
	}
}

/* path, args, env, timeout, directory, stateBefore, stateAfter */
static struct outcome hook(const char *script, uint32_t timeout)
{
	return INIT(RUN_HOOK, "sTTusBB", "/bin/sh", TEXTS("hook", "-c", script), TEXTS("A=b"), timeout, "/",
		"{\"pid\":", (size_t)7, "}", (size_t)1);
}

static void runs_hooks(void)
{
	CHECK_DONE(hook("cat >/tmp/state; echo $A $PWD $0 >/tmp/out; umask >>/tmp/out", 0));
	char expected[64];
	snprintf(expected, sizeof expected, "{\"pid\":%d}", getpid());
	CHECK(file_is("/tmp/state", expected) && file_is("/tmp/out", "b / hook\n0000\n"));
	CHECK_FAILS(hook("echo reason >&2; exit 3", 0), STEP_RUN_HOOK_STATUS, 3);
	CHECK(strstr(world.failure.detail, "reason") != NULL);
	CHECK_FAILS(hook("kill -15 $$", 0), STEP_RUN_HOOK_SIGNAL, SIGTERM);
	CHECK_FAILS(hook("sleep 20", 1), STEP_RUN_HOOK_TIMEOUT, ETIMEDOUT);
	CHECK_FAILS(INIT(RUN_HOOK, "sTTusBB", "/none", TEXTS("x"), NO_TEXTS, 0, "/", "", (size_t)0, "", (size_t)0),
		STEP_RUN_HOOK_EXEC, ENOENT);
}

const struct test life_tests[] = {
	{"life: created, started, executed", lives},
	{"life: a program that cannot be executed is told to the starter", reports_failed_exec},
	{"life: a filter before the execution need allow nothing but execve", needs_only_execve},
	{"life: failures of launcher and init", reports_failures},
	{"life: a program that is not valid is not begun", refuses_bad_programs},
	{"life: init waits for the runtime and the driver", synchronizes},
	{"life: K1: init dies with the driver", dies_with_the_driver},
	{"life: init outlives the driver once it is ready", outlives_the_driver},
	{"life: the executable is found", finds_executables},
	{"life: the executable is one for the capabilities of the process", finds_with_final_capabilities},
	{"life: hooks", runs_hooks},
};
END_OF_TESTS(life);
