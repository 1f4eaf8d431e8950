/* Operations on the process and its namespaces. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "driver_turn.h"
#include "sys.h"
#include "tests.h"

/* R10: whatever the caller did to signals. Blocked and ignored ones, those of the C library among them. */
static void resets_signals(void)
{
	static const unsigned char ignored[64] = {1}; /* SIG_IGN */
	for (long number = 1; number <= 64; number++)
		syscall(__NR_rt_sigaction, number, ignored, NULL, 8L);
	uint64_t all = ~UINT64_C(0);
	syscall(__NR_rt_sigprocmask, (long)SIG_SETMASK, &all, NULL, 8L);
	CHECK(status_number("SigIgn", 16) != 0 && status_number("SigBlk", 16) != 0);
	CHECK_DONE(LAUNCHER(RESET_SIGNALS, ""));
	CHECK(status_number("SigIgn", 16) == 0 && status_number("SigBlk", 16) == 0 && status_number("SigCgt", 16) == 0);
}

static void closes_descriptors(void)
{
	int control[2];
	CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, control) == 0);
	control[0] = fcntl(control[0], F_DUPFD, 30);
	control[1] = fcntl(control[1], F_DUPFD, 30);
	int kept = dup2(1, 3), leaked = dup2(1, 17), far = dup2(1, 500);
	int top = dup2(control[0], 20);
	close(0);
	close(4);
	CHECK(kept == 3 && leaked == 17 && far == 500 && top == 20);
	world.control = top;
	CHECK_DONE(LAUNCHER(CLOSE_DESCRIPTORS, "u", 6));
	CHECK(fcntl(17, F_GETFD) < 0 && fcntl(500, F_GETFD) < 0 && fcntl(control[1], F_GETFD) < 0);
	CHECK(fcntl(20, F_GETFD) >= 0);
	CHECK(fcntl(3, F_GETFD) == 0); /* preserved, across execve too */
	CHECK(fcntl(0, F_GETFD) == 0); /* the container has a standard input */
	CHECK(fcntl(4, F_GETFD) == FD_CLOEXEC && fcntl(5, F_GETFD) == FD_CLOEXEC);
	CHECK(open("/dev/null", O_RDONLY) == 6);
}

static void names_the_host(void)
{
	CHECK(unshare(CLONE_NEWUTS) == 0);
	CHECK_DONE((begin(), add_clone(), add(SET_HOSTNAME, INIT, "s", "name"),
		add(SET_DOMAINNAME, INIT, "s", "domain"), run()));
	struct utsname names;
	CHECK(uname(&names) == 0 && strcmp(names.nodename, "name") == 0);
	CHECK(strcmp(names.domainname, "domain") == 0);
	char longest[66];
	memset(longest, 'x', 65);
	longest[65] = '\0';
	CHECK_FAILS(INIT(SET_HOSTNAME, "s", longest), STEP_SET_HOSTNAME_SET, EINVAL);
}

static void brings_up_loopback(void)
{
	CHECK(unshare(CLONE_NEWNET) == 0);
	CHECK_DONE(INIT(BRING_UP_LOOPBACK, ""));
	int receiver = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	socklen_t size = sizeof address;
	CHECK(bind(receiver, (struct sockaddr *)&address, size) == 0);
	CHECK(getsockname(receiver, (struct sockaddr *)&address, &size) == 0);
	CHECK(sendto(receiver, "x", 1, 0, (struct sockaddr *)&address, size) == 1);
}

static void joins_namespaces(void)
{
	int gate[2];
	CHECK(pipe(gate) == 0);
	pid_t other = fork();
	if (other == 0) {
		char byte = 0;
		CHECK(unshare(CLONE_NEWUTS | CLONE_NEWNET) == 0 && sethostname("other", 5) == 0);
		CHECK(write(gate[1], "x", 1) == 1);
		close(gate[1]);
		pause();
		_exit(byte);
	}
	char byte, uts[64], net[64];
	CHECK(read(gate[0], &byte, 1) == 1);
	snprintf(uts, sizeof uts, "/proc/%d/ns/uts", other);
	snprintf(net, sizeof net, "/proc/%d/ns/net", other);
	begin();
	add(OPEN_NAMESPACE, LAUNCHER, "suu", uts, CLONE_NEWUTS, 0);
	add(OPEN_NAMESPACE, LAUNCHER, "suu", net, CLONE_NEWNET, 1);
	add(JOIN_NAMESPACES, LAUNCHER, "NN", ((const uint32_t[]){2, 1, 0}),
		((const uint32_t[]){2, CLONE_NEWNET, CLONE_NEWUTS}));
	add_clone();
	CHECK_DONE(run());
	struct utsname names;
	CHECK(uname(&names) == 0 && strcmp(names.nodename, "other") == 0);
	CHECK_FAILS(LAUNCHER(OPEN_NAMESPACE, "suu", uts, CLONE_NEWNET, 0), STEP_OPEN_NAMESPACE_TYPE, EINVAL);
	CHECK_FAILS(LAUNCHER(OPEN_NAMESPACE, "suu", "/proc/self/status", CLONE_NEWNET, 0), STEP_OPEN_NAMESPACE_TYPE,
		EINVAL);
	CHECK_FAILS(LAUNCHER(OPEN_NAMESPACE, "suu", "/tmp/none", CLONE_NEWNET, 0), STEP_OPEN_NAMESPACE_OPEN, ENOENT);
	kill(other, SIGKILL);
	wait_for(other);
}

/* Without privileges over the host, namespaces of a user namespace can be joined after it only. */
static void joins_after_user_namespace(void)
{
	int gate[2];
	CHECK(pipe(gate) == 0);
	CHECK(setresgid(1000, 1000, 1000) == 0 && setresuid(1000, 1000, 1000) == 0);
	CHECK(sys_prctl(4 /* PR_SET_DUMPABLE */, 1, 0) == 0);
	pid_t other = fork();
	if (other == 0) {
		if (unshare(CLONE_NEWUSER | CLONE_NEWUTS) < 0)
			_exit(1);
		CHECK(sethostname("other", 5) == 0 && write(gate[1], "x", 1) == 1);
		pause();
	}
	close(gate[1]);
	char byte, uts[64], user[64];
	if (read(gate[0], &byte, 1) != 1)
		skip("an unprivileged user may not make a user namespace here");
	snprintf(uts, sizeof uts, "/proc/%d/ns/uts", other);
	snprintf(user, sizeof user, "/proc/%d/ns/user", other);
	begin();
	add(OPEN_NAMESPACE, LAUNCHER, "suu", uts, CLONE_NEWUTS, 0);
	add(OPEN_NAMESPACE, LAUNCHER, "suu", user, CLONE_NEWUSER, 1);
	add(JOIN_NAMESPACES, LAUNCHER, "NN", ((const uint32_t[]){2, 0, 1}),
		((const uint32_t[]){2, CLONE_NEWUTS, CLONE_NEWUSER}));
	add_clone();
	CHECK_DONE(run());
	struct utsname names;
	CHECK(uname(&names) == 0 && strcmp(names.nodename, "other") == 0);
	CHECK(sys_prctl(3 /* PR_GET_DUMPABLE */, 0, 0) == 0);
	kill(other, SIGKILL);
	wait_for(other);
}

/* N6 */
static void offsets_time(void)
{
	struct timespec before, after;
	clock_gettime(CLOCK_BOOTTIME, &before);
	CHECK_DONE(LAUNCHER(CREATE_TIME_NAMESPACE, "s", "boottime 100000 0\n"));
	pid_t pid = fork();
	if (pid == 0) {
		clock_gettime(CLOCK_BOOTTIME, &after);
		_exit(after.tv_sec - before.tv_sec < 100000);
	}
	CHECK(wait_for(pid) == 0);
	CHECK_DONE(LAUNCHER(CREATE_TIME_NAMESPACE, "s", ""));
	CHECK_FAILS(LAUNCHER(CREATE_TIME_NAMESPACE, "s", "nonsense 1 1\n"), STEP_CREATE_TIME_NAMESPACE_OFFSETS, EINVAL);
}

static void sets_attributes(void)
{
	begin();
	add(SET_OOM_SCORE_ADJUSTMENT, LAUNCHER, "U", (uint64_t)500);
	add_clone();
	add(SET_RESOURCE_LIMIT, INIT, "uUU", RLIMIT_NOFILE, (uint64_t)100, (uint64_t)200);
	add(SET_RESOURCE_LIMIT, INIT, "uUU", RLIMIT_CORE, UINT64_MAX, UINT64_MAX);
	add(SET_PERSONALITY, INIT, "u", PER_LINUX32);
	add(SET_UMASK, INIT, "u", 0137);
	add(JOIN_SESSION_KEYRING, INIT, "s", "_ses.test");
	CHECK_DONE(run());
	CHECK(file_is("/proc/self/oom_score_adj", "500\n"));
	struct rlimit limit;
	CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur == 100 && limit.rlim_max == 200);
	CHECK(getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_cur == RLIM_INFINITY);
	CHECK(personality(0xffffffff) == PER_LINUX32);
	CHECK(umask(0) == 0137);
	CHECK_FAILS(
		LAUNCHER(SET_OOM_SCORE_ADJUSTMENT, "U", (uint64_t)2000), STEP_SET_OOM_SCORE_ADJUSTMENT_WRITE, EINVAL);
	CHECK_FAILS(INIT(SET_RESOURCE_LIMIT, "uUU", RLIMIT_NOFILE, (uint64_t)3, (uint64_t)2),
		STEP_SET_RESOURCE_LIMIT_SET, EINVAL);
	/* Negative numbers, as an unsigned field would not take them. */
	bool privileged = (status_number("CapEff", 16) >> 24 & 1) != 0; /* CAP_SYS_RESOURCE */
	struct outcome outcome = LAUNCHER(SET_OOM_SCORE_ADJUSTMENT, "U", (uint64_t)-7);
	CHECK_OUTCOME(outcome, seen.error == (privileged ? 0 : EACCES));
	CHECK(file_is("/proc/self/oom_score_adj", privileged ? "-7\n" : "500\n"));
}

static void new_session(void)
{
	CHECK_DONE(INIT(NEW_SESSION, ""));
	CHECK(getsid(0) == getpid());
	CHECK_FAILS(INIT(NEW_SESSION, ""), STEP_NEW_SESSION_CREATE, EPERM);
}

/* CVE-2026-88265: pipes, never devices. */
static void owns_stdio(void)
{
	int in[2];
	struct stat status, host;
	fflush(stdout);
	CHECK(stat("/dev/null", &host) == 0);
	CHECK(pipe(in) == 0 && dup2(in[0], 0) == 0);
	int saved = dup(1), null_device = open("/dev/null", O_RDWR);
	dup2(null_device, 1);
	close(2);
	struct outcome outcome = INIT(OWN_STDIO, "u", 1000);
	dup2(saved, 1);
	CHECK_DONE(outcome);
	CHECK(fstat(0, &status) == 0 && status.st_uid == 1000);
	CHECK(stat("/dev/null", &status) == 0 && status.st_uid == host.st_uid);
}

/* P: cwd, and CVE-2024-21626. */
/* P5, and security 1.5: a passwd that is anything but a small file must neither hang nor confuse. */
static void finds_home(void)
{
	static char line[9000];
	use_root();
	CHECK_BRANCH(INIT(FIND_HOME, "u", 1000), BRANCH_FIND_HOME_DEFAULT);
	CHECK(strcmp(world.home, "HOME=/") == 0);
	make_directory(ROOT "/etc");
	/* CVE-2016-3697: a name is not an id. A line without an end, and one that is too long. */
	memset(line, 'x', sizeof line - 2);
	FILE *file = fopen(ROOT "/etc/passwd", "we");
	CHECK(file != NULL);
	fprintf(file, "root:x:0:0::/root:/bin/sh\n1000:x:0:0::/wrong:\n%s:x:1000:0::/long:\n\n:::\nshort:x:1000\n",
		line);
	fprintf(file, "user:x:1000:100:Us Er:/home/user:/bin/sh\nlast:x:7:7::/home/last");
	fclose(file);
	CHECK_BRANCH(INIT(FIND_HOME, "u", 1000), BRANCH_FIND_HOME_FOUND);
	CHECK(strcmp(world.home, "HOME=/home/user") == 0);
	CHECK_BRANCH(INIT(FIND_HOME, "u", 7), BRANCH_FIND_HOME_FOUND);
	CHECK(strcmp(world.home, "HOME=/home/last") == 0);
	CHECK_BRANCH(INIT(FIND_HOME, "u", 100), BRANCH_FIND_HOME_DEFAULT);
	CHECK(truncate(ROOT "/etc/passwd", 1 << 30) == 0);
	CHECK_BRANCH(INIT(FIND_HOME, "u", 42), BRANCH_FIND_HOME_DEFAULT);
	CHECK(unlink(ROOT "/etc/passwd") == 0 && mkfifo(ROOT "/etc/passwd", 0644) == 0);
	CHECK_BRANCH(INIT(FIND_HOME, "u", 0), BRANCH_FIND_HOME_DEFAULT);
	CHECK(unlink(ROOT "/etc/passwd") == 0);
	make_file(SCRATCH "/passwd", "outside:x:5:5::/outside:\n");
	make_link(ROOT "/etc/passwd", "../../../passwd");
	CHECK_BRANCH(INIT(FIND_HOME, "u", 5), BRANCH_FIND_HOME_DEFAULT);
}

static void changes_directory(void)
{
	use_root();
	make_directory(ROOT "/proc");
	make_directory(ROOT "/work");
	make_directory(ROOT "/closed");
	make_file(ROOT "/file", "");
	CHECK(chmod(ROOT "/closed", 0700) == 0);
	CHECK(mount("proc", ROOT "/proc", "proc", 0, NULL) == 0);
	int leaked = open("/", O_RDONLY | O_DIRECTORY);
	char path[64];
	snprintf(path, sizeof path, "/proc/self/fd/%d/etc", leaked);
	make_link(ROOT "/link", path);
	CHECK_DONE(INIT(CHANGE_ROOT, ""));
	CHECK_FAILS(INIT(CHANGE_DIRECTORY, "su", path, 0), STEP_CHANGE_DIRECTORY_VERIFY, EPERM);
	CHECK(strncmp(world.failure.detail, "(unreachable)", 13) == 0);
	CHECK_FAILS(INIT(CHANGE_DIRECTORY, "su", "/link", 0), STEP_CHANGE_DIRECTORY_VERIFY, EPERM);
	CHECK_FAILS(INIT(CHANGE_DIRECTORY, "su", "/missing", 1), STEP_CHANGE_DIRECTORY_CHANGE, ENOENT);
	CHECK_FAILS(INIT(CHANGE_DIRECTORY, "su", "/file", 1), STEP_CHANGE_DIRECTORY_CHANGE, ENOTDIR);
	CHECK(setresuid(1000, 1000, 1000) == 0);
	CHECK_BRANCH(INIT(CHANGE_DIRECTORY, "su", "/closed", 1), BRANCH_CHANGE_DIRECTORY_DEFERRED);
	CHECK_FAILS(INIT(CHANGE_DIRECTORY, "su", "/closed", 0), STEP_CHANGE_DIRECTORY_CHANGE, EACCES);
	CHECK_BRANCH(INIT(CHANGE_DIRECTORY, "su", "/work", 0), BRANCH_CHANGE_DIRECTORY_CHANGED);
	CHECK_BRANCH(INIT(CHANGE_DIRECTORY, "su", "/closed", 0), BRANCH_CHANGE_DIRECTORY_ALREADY);
}

static void maps_ids(void)
{
	int gate[2], back[2];
	CHECK(pipe(gate) == 0 && pipe(back) == 0);
	pid_t pid = fork();
	if (pid == 0) {
		char byte;
		close(back[1]);
		CHECK(unshare(CLONE_NEWUSER) == 0 && write(gate[1], "x", 1) == 1 && read(back[0], &byte, 1) == 1);
		CHECK_DONE(INIT(BECOME_NAMESPACE_ROOT, "uu", 0, 0));
		CHECK(getuid() == 0 && getgid() == 0 &&
			file_is("/proc/self/uid_map", "         0     100000        100\n"));
		struct rlimit limit;
		CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur == 77);
		fflush(stdout);
		_exit(0);
	}
	char byte;
	CHECK(read(gate[0], &byte, 1) == 1);
	begin();
	add_clone();
	add(WRITE_ID_MAPPINGS, DRIVER, "ss", "0 100000 100\n", "0 200000 100\n");
	add(LIMIT_INIT_RESOURCE, DRIVER, "uUU", RLIMIT_NOFILE, (uint64_t)77, (uint64_t)88);
	add(WRITE_ID_MAPPINGS, DRIVER, "ss", "0 100000 100\n", "0 200000 100\n");
	program_end(&draft);
	struct program program;
	static struct failure failure;
	CHECK(program_read(&program, draft.bytes, draft.size, &failure) == 0);
	CHECK(driver_turn(&program, 1, pid, &failure) == 0 && driver_turn(&program, 2, pid, &failure) == 0);
	CHECK(driver_turn(&program, 3, pid, &failure) == -EPERM && failure.error == EPERM && failure.index == 3);
	CHECK(driver_turn(&program, 0, pid, &failure) < 0); /* not the driver's */
	CHECK(write(back[1], "x", 1) == 1);
	CHECK(wait_for(pid) == 0);
}

static void holds_a_lock(void)
{
	CHECK_DONE(LAUNCHER(HOLD_FILE, "su", "/tmp/lock", 0));
	CHECK(mode_of("/tmp/lock") == (S_IFREG | 0600));
	CHECK_FAILS(LAUNCHER(HOLD_FILE, "su", "/tmp/lock", 1), STEP_HOLD_FILE_LOCK, EAGAIN);
	close_slots(&world);
	CHECK_FAILS(LAUNCHER(HOLD_FILE, "su", "/tmp/lock", 1), STEP_HOLD_FILE_LOCK, EAGAIN); /* lasts */
	close(world.slots[0]);
	CHECK_DONE(LAUNCHER(HOLD_FILE, "su", "/tmp/lock", 1));
	make_link("/tmp/link", "/tmp/elsewhere");
	CHECK_FAILS(LAUNCHER(HOLD_FILE, "su", "/tmp/link", 2), STEP_HOLD_FILE_OPEN, ELOOP);
}

const struct test process_tests[] = {
	{"process: R10: signals are reset, all 64 of them", resets_signals},
	{"process: S2: leaked descriptors are closed, preserved ones stay", closes_descriptors},
	{"process: host and domain name", names_the_host},
	{"process: loopback", brings_up_loopback},
	{"process: namespaces are verified and joined", joins_namespaces},
	{"process: namespaces of a user namespace are joined after it", joins_after_user_namespace},
	{"process: N6: time offsets", offsets_time},
	{"process: limits, umask, personality, P15 oom score", sets_attributes},
	{"process: session", new_session},
	{"process: pipes change their owner, devices never (CVE-2026-88265)", owns_stdio},
	{"process: the working directory is inside (CVE-2024-21626)", changes_directory},
	{"process: HOME comes from the container's passwd", finds_home},
	{"process: ids are mapped by the driver", maps_ids},
	{"process: a lock lasts", holds_a_lock},
};
END_OF_TESTS(process);
