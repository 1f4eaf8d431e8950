/* Operations of an exec: joining a process that is there, and how the kernel schedules. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "driver_turn.h"
#include "process.h"
#include "sys.h"
#include "tests.h"

enum slots { PROCESS, CGROUP_NAMESPACE, PROCESS_ROOT };

static pid_t target;

static uint64_t start_time(void)
{
	uint64_t start = 0;
	CHECK(process_start_time(target, &start) == 0);
	return start;
}

/* A process in namespaces of its own, with the scratch directory as its root if it has a mount namespace. */
static void make_target(int namespaces, const char *root)
{
	int ready[2];
	char byte;
	CHECK(pipe(ready) == 0);
	target = fork();
	if (target == 0) {
		if (unshare(namespaces) < 0 || (root != NULL && (chroot(root) < 0 || chdir("/") < 0)))
			_exit(1);
		prctl(PR_SET_PDEATHSIG, SIGKILL); /* forgotten in a new user namespace */
		if (write(ready[1], "r", 1) == 1)
			pause();
		_exit(0);
	}
	close(ready[1]);
	CHECK(read(ready[0], &byte, 1) == 1);
}

static ino_t namespace_of(pid_t pid, const char *name)
{
	char path[64];
	struct stat status;
	snprintf(path, sizeof path, "/proc/%d/ns/%s", (int)pid, name);
	CHECK(stat(path, &status) == 0);
	return status.st_ino;
}

static void open_target(void)
{
	begin();
	add(OPEN_PROCESS, LAUNCHER, "uUu", (uint32_t)target, start_time(), PROCESS);
}

static void joins_what_is_not_shared(void)
{
	static const char *const joined[] = {"mnt", "uts", "ipc", "net"};
	make_target(CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET, NULL);
	open_target();
	add(JOIN_PROCESS, LAUNCHER, "uuu", (uint32_t)target, PROCESS, 1);
	add_clone();
	/* The root is that of the namespace, and so is the directory we are in. */
	add(ENTER_ROOT, INIT, "u", NO_SLOT);
	CHECK_DONE(run());
	for (size_t i = 0; i < sizeof joined / sizeof *joined; i++)
		CHECK(namespace_of(getpid(), joined[i]) == namespace_of(target, joined[i]));
	CHECK(prctl(PR_GET_DUMPABLE) == 0);
	CHECK(world.root >= 0 && world.slots[PROCESS] < 0);
}

static void joins_a_user_namespace_with_the_rest(void)
{
	make_target(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWNET | CLONE_NEWUTS, NULL);
	open_target();
	add(JOIN_PROCESS, LAUNCHER, "uuu", (uint32_t)target, PROCESS, 1);
	add_clone();
	CHECK_DONE(run());
	CHECK(namespace_of(getpid(), "user") == namespace_of(target, "user"));
	CHECK(namespace_of(getpid(), "net") == namespace_of(target, "net"));
	CHECK(prctl(PR_GET_DUMPABLE) == 0);
}

/* A pid namespace takes effect for the child: what the launcher clones. */
static void joins_a_pid_namespace(void)
{
	int ready[2];
	char byte;
	CHECK(pipe(ready) == 0 && unshare(CLONE_NEWPID) == 0);
	target = fork();
	if (target == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (write(ready[1], "r", 1) == 1)
			pause();
		_exit(0);
	}
	CHECK(read(ready[0], &byte, 1) == 1);
	open_target();
	add(JOIN_PROCESS, LAUNCHER, "uuu", (uint32_t)target, PROCESS, 0);
	add_clone();
	CHECK_DONE(run());
	struct stat ours;
	CHECK(stat("/proc/self/ns/pid_for_children", &ours) == 0 && ours.st_ino == namespace_of(target, "pid"));
}

static void refuses_a_process_that_shares_our_mounts(void)
{
	make_target(CLONE_NEWUTS, NULL);
	open_target();
	add(JOIN_PROCESS, LAUNCHER, "uuu", (uint32_t)target, PROCESS, 1);
	add_clone();
	CHECK_FAILS(run(), STEP_JOIN_PROCESS_ISOLATED, EPERM);
	CHECK(namespace_of(getpid(), "uts") != namespace_of(target, "uts"));
}

static void enters_the_root_of_a_process(void)
{
	make_directory(SCRATCH "/inside");
	make_file(SCRATCH "/inside/here", "x");
	make_target(CLONE_NEWUTS, SCRATCH "/inside");
	open_target();
	add(OPEN_PROCESS_ROOT, LAUNCHER, "uuu", (uint32_t)target, PROCESS, PROCESS_ROOT);
	add(JOIN_PROCESS, LAUNCHER, "uuu", (uint32_t)target, PROCESS, 0);
	add_clone();
	add(ENTER_ROOT, INIT, "u", PROCESS_ROOT);
	CHECK_DONE(run());
	char directory[64];
	CHECK(exists("/here") && syscall(SYS_getcwd, directory, sizeof directory) == 2 && directory[0] == '/');
	CHECK(world.slots[PROCESS_ROOT] < 0);
}

/* A number that somebody else has got by now, and a zombie. */
static void refuses_another_process(void)
{
	make_target(CLONE_NEWUTS, NULL);
	begin();
	add(OPEN_PROCESS, LAUNCHER, "uUu", (uint32_t)target, start_time() + 1, PROCESS);
	add_clone();
	CHECK_FAILS(run(), STEP_OPEN_PROCESS_OPEN, ESRCH);
	uint64_t start = start_time();
	kill(target, SIGKILL);
	siginfo_t info;
	CHECK(waitid(P_PID, (id_t)target, &info, WEXITED | WNOWAIT) == 0);
	begin();
	add(OPEN_PROCESS, LAUNCHER, "uUu", (uint32_t)target, start, PROCESS);
	add_clone();
	CHECK_FAILS(run(), STEP_OPEN_PROCESS_OPEN, ESRCH);
}

/* Between its opening and the look at /proc: what stands there by then may be another process. */
static void notices_that_the_process_has_ended(void)
{
	make_target(CLONE_NEWUTS | CLONE_NEWNS, NULL);
	int ended = pidfd_open_process(target);
	CHECK(ended >= 0);
	kill(target, SIGKILL);
	wait_for(target);
	make_target(CLONE_NEWUTS | CLONE_NEWNS | CLONE_NEWCGROUP, NULL);
	struct op_open_process_root root = {.pid = (uint32_t)target, .process = PROCESS, .root = PROCESS_ROOT};
	struct op_open_cgroup_namespace cgroup = {
		.pid = (uint32_t)target, .process = PROCESS, .namespace = CGROUP_NAMESPACE};
	struct op_join_process join = {.pid = (uint32_t)target, .process = PROCESS};
	world.slots[PROCESS] = ended;
	CHECK(run_open_process_root(&world, &root) == -ESRCH);
	CHECK(run_open_cgroup_namespace(&world, &cgroup) == -ESRCH);
	CHECK(run_join_process(&world, &join) == -ESRCH);
	CHECK(namespace_of(getpid(), "uts") != namespace_of(target, "uts"));
}

static void enters_a_cgroup_namespace(void)
{
	make_target(CLONE_NEWCGROUP, NULL);
	open_target();
	add(OPEN_CGROUP_NAMESPACE, LAUNCHER, "uuu", (uint32_t)target, PROCESS, CGROUP_NAMESPACE);
	add_clone();
	add(ENTER_CGROUP_NAMESPACE, INIT, "u", CGROUP_NAMESPACE);
	CHECK_BRANCH(run(), BRANCH_ENTER_CGROUP_NAMESPACE_JOINED);
	CHECK(namespace_of(getpid(), "cgroup") == namespace_of(target, "cgroup"));
}

static void leaves_a_shared_cgroup_namespace(void)
{
	make_target(CLONE_NEWUTS, NULL);
	open_target();
	add(OPEN_CGROUP_NAMESPACE, LAUNCHER, "uuu", (uint32_t)target, PROCESS, CGROUP_NAMESPACE);
	add_clone();
	add(ENTER_CGROUP_NAMESPACE, INIT, "u", CGROUP_NAMESPACE);
	CHECK_BRANCH(run(), BRANCH_ENTER_CGROUP_NAMESPACE_OWN);
}

/* P21 */
static void chooses_cpus(void)
{
	cpu_set_t cpus;
	CHECK_DONE(INIT(SET_CPU_AFFINITY, "B", "\1", (size_t)1));
	CHECK(sched_getaffinity(0, sizeof cpus, &cpus) == 0 && CPU_COUNT(&cpus) == 1 && CPU_ISSET(0, &cpus));
	CHECK_FAILS(INIT(SET_CPU_AFFINITY, "B", "\0", (size_t)1), STEP_SET_CPU_AFFINITY_SET, EINVAL);
	CHECK_DONE(INIT(SET_CPU_AFFINITY, "B", "", (size_t)0));
	CHECK(sched_getaffinity(0, sizeof cpus, &cpus) == 0 && CPU_COUNT(&cpus) == (int)sysconf(_SC_NPROCESSORS_ONLN));
}

/* P18, P19 */
static void schedules(void)
{
	struct sched_param parameters;
	CHECK_DONE(INIT(SET_SCHEDULER, "uUUuUUU", SCHED_BATCH, (uint64_t)1, (uint64_t)7, 0, (uint64_t)0, (uint64_t)0,
		(uint64_t)0));
	CHECK(sched_getscheduler(0) == (SCHED_BATCH | SCHED_RESET_ON_FORK));
	CHECK(syscall(SYS_getpriority, 0, 0) == 20 - 7);
	CHECK_DONE(INIT(SET_SCHEDULER, "uUUuUUU", SCHED_FIFO, (uint64_t)0, (uint64_t)0, 3, (uint64_t)0, (uint64_t)0,
		(uint64_t)0));
	CHECK(sched_getscheduler(0) == SCHED_FIFO);
	CHECK(sched_getparam(0, &parameters) == 0 && parameters.sched_priority == 3);
	/* SCHED_ISO is a number that no kernel has. */
	CHECK_FAILS(
		INIT(SET_SCHEDULER, "uUUuUUU", 4, (uint64_t)0, (uint64_t)0, 0, (uint64_t)0, (uint64_t)0, (uint64_t)0),
		STEP_SET_SCHEDULER_SET, EINVAL);
}

static void the_driver_schedules_init(void)
{
	struct program program;
	struct failure failure;
	make_target(0, NULL);
	CHECK(setpgid(target, target) == 0);
	begin();
	add_clone();
	add(SET_SCHEDULER, DRIVER, "uUUuUUU", SCHED_IDLE, (uint64_t)0, (uint64_t)0, 0, (uint64_t)0, (uint64_t)0,
		(uint64_t)0);
	add(SET_IO_PRIORITY, DRIVER, "u", 2 << 13 | 5);
	program_end(&draft);
	CHECK(program_read(&program, draft.bytes, draft.size, &failure) == 0);
	CHECK(driver_turn(&program, 1, target, &failure) == 0);
	CHECK(driver_turn(&program, 2, target, &failure) == 0);
	CHECK(sched_getscheduler(target) == SCHED_IDLE && sched_getscheduler(0) == SCHED_OTHER);
	CHECK(syscall(SYS_ioprio_get, 1, target) == (2 << 13 | 5));
	program_free(&program);
}

/* P20: the whole process group. */
static void sets_the_io_priority(void)
{
	CHECK(setsid() >= 0 || setpgid(0, 0) == 0);
	make_target(0, NULL);
	CHECK_DONE(INIT(SET_IO_PRIORITY, "u", 3 << 13));
	CHECK(syscall(SYS_ioprio_get, 1, 0) == 3 << 13);
	CHECK(syscall(SYS_ioprio_get, 1, target) == 3 << 13);
	CHECK_FAILS(INIT(SET_IO_PRIORITY, "u", 5 << 13), STEP_SET_IO_PRIORITY_SET, EINVAL);
}

const struct test join_tests[] = {
	{"join: namespaces that are not shared", joins_what_is_not_shared},
	{"join: a user namespace with the rest", joins_a_user_namespace_with_the_rest},
	{"join: a pid namespace", joins_a_pid_namespace},
	{"join: not into our own mount namespace", refuses_a_process_that_shares_our_mounts},
	{"join: the root of a process", enters_the_root_of_a_process},
	{"join: not another process with its number", refuses_another_process},
	{"join: a process that has ended", notices_that_the_process_has_ended},
	{"join: a cgroup namespace", enters_a_cgroup_namespace},
	{"join: a shared cgroup namespace", leaves_a_shared_cgroup_namespace},
	{"schedule: CPU affinity", chooses_cpus},
	{"schedule: policies", schedules},
	{"schedule: by the driver", the_driver_schedules_init},
	{"schedule: I/O priority", sets_the_io_priority},
};
END_OF_TESTS(join);
