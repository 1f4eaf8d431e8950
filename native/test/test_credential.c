/* Ids, capabilities, seccomp, and the device filter. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "sys.h"
#include "tests.h"

#define CAP(number) (UINT64_C(1) << (number))
#define CHOWN CAP(0)
#define NET_BIND_SERVICE CAP(10)
#define NET_RAW CAP(13)
#define UNKNOWN CAP(62)

struct instruction {
	uint16_t code;
	uint8_t jt, jf;
	uint32_t k;
};

#define RETURN(value) ((struct instruction){0x06, 0, 0, value})
#define ALLOW 0x7fff0000u
#define ERRNO(value) (0x00050000u | (value))

static void becomes_user(void)
{
	uint64_t want = CHOWN | NET_BIND_SERVICE;
	begin();
	add_clone();
	add(DROP_BOUNDING_CAPABILITIES, INIT, "U", want | UNKNOWN);
	add(SET_GROUPS, INIT, "Nu", ((const uint32_t[]){2, 5, 4294967294u}), 0);
	add(SET_IDENTITY, INIT, "uu", 2147483648u, 1001);
	CHECK_DONE(run());
	CHECK(status_number("CapBnd", 16) == want);
	CHECK(status_number("Uid", 10) == 2147483648u && status_number("Gid", 10) == 1001);
	gid_t groups[4];
	CHECK(getgroups(4, groups) == 2 && groups[0] == 5 && groups[1] == 4294967294u);
	/* Still there for what follows. */
	CHECK((status_number("CapEff", 16) & CAP(21)) != 0);
	CHECK(sys_prctl(PR_GET_DUMPABLE, 0, 0) == 0 && sys_prctl(PR_GET_KEEPCAPS, 0, 0) == 0);
	CHECK_DONE(INIT(SET_CAPABILITIES, "UUUU", NET_BIND_SERVICE, want, NET_BIND_SERVICE, NET_BIND_SERVICE | CHOWN));
	CHECK(status_number("CapEff", 16) == NET_BIND_SERVICE && status_number("CapPrm", 16) == want);
	CHECK(status_number("CapInh", 16) == NET_BIND_SERVICE && status_number("CapAmb", 16) == NET_BIND_SERVICE);
}

/* P13: what cannot be granted is no error. */
static void tolerates_what_is_not_granted(void)
{
	begin();
	add_clone();
	add(DROP_BOUNDING_CAPABILITIES, INIT, "U", CHOWN);
	add(SET_CAPABILITIES, INIT, "UUUU", CHOWN, CHOWN, (uint64_t)0, (uint64_t)0);
	add(SET_CAPABILITIES, INIT, "UUUU", CHOWN | NET_RAW | UNKNOWN, CHOWN | NET_RAW | UNKNOWN,
		CHOWN | NET_RAW | UNKNOWN, CHOWN | NET_RAW | UNKNOWN);
	CHECK_DONE(run());
	CHECK(status_number("CapEff", 16) == CHOWN && status_number("CapInh", 16) == CHOWN);
	CHECK(status_number("CapAmb", 16) == CHOWN);
}

static void drops_everything(void)
{
	begin();
	add_clone();
	add(DROP_BOUNDING_CAPABILITIES, INIT, "U", (uint64_t)0);
	add(SET_GROUPS, INIT, "Nu", NO_NUMBERS, 0);
	add(SET_IDENTITY, INIT, "uu", 0, 0);
	add(SET_CAPABILITIES, INIT, "UUUU", (uint64_t)0, (uint64_t)0, (uint64_t)0, (uint64_t)0);
	add(SET_NO_NEW_PRIVILEGES, INIT, "");
	CHECK_DONE(run());
	static const char *const sets[] = {"CapBnd", "CapEff", "CapPrm", "CapInh", "CapAmb"};
	for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
		CHECK(status_number(sets[i], 16) == 0);
	CHECK(getgroups(0, NULL) == 0 && status_number("NoNewPrivs", 10) == 1);
	CHECK_FAILS(INIT(SET_IDENTITY, "uu", 5, 5), STEP_SET_IDENTITY_GID, EPERM);
	CHECK_FAILS(INIT(SET_GROUPS, "Nu", NO_NUMBERS, 0), STEP_SET_GROUPS_SET, EPERM);
	CHECK_BRANCH(INIT(SET_GROUPS, "Nu", NO_NUMBERS, 1), BRANCH_SET_GROUPS_DENIED);
}

static void loads_seccomp(void)
{
	CHECK_DONE(INIT(PROBE_SECCOMP, "u", 2)); /* LOG */
	CHECK_FAILS(INIT(PROBE_SECCOMP, "u", 1u << 20), STEP_PROBE_SECCOMP_PROBE, EINVAL);
	CHECK(status_number("Seccomp", 10) == 0);
	/* One system call is refused; the program starts one byte off any alignment in the encoding. */
	struct instruction filter[] = {
		{0x20, 0, 0, 0}, /* the number of the system call */
		{0x15, 0, 1, __NR_getppid},
		RETURN(ERRNO(ENOTTY)),
		RETURN(ALLOW),
	};
	CHECK_DONE(INIT(LOAD_SECCOMP, "uB", 0, (const void *)filter, sizeof filter));
	CHECK(status_number("Seccomp", 10) == 2);
	CHECK(syscall(__NR_getppid) < 0 && errno == ENOTTY);
	CHECK_FAILS(
		INIT(LOAD_SECCOMP, "uB", 0, (const void *)filter, sizeof filter - 1), STEP_LOAD_SECCOMP_LOAD, EINVAL);
	struct instruction endless[] = {{0x05, 0, 0, 99}};
	CHECK_FAILS(INIT(LOAD_SECCOMP, "uB", 0, (const void *)endless, sizeof endless), STEP_LOAD_SECCOMP_LOAD, EINVAL);
}

static const char *make_cgroup(void)
{
	static const char *const hierarchies[] = {"/sys/fs/cgroup", "/sys/fs/cgroup/unified"};
	static char path[128];
	for (size_t i = 0; i < 2; i++) {
		snprintf(path, sizeof path, "%s/cgroup.controllers", hierarchies[i]);
		if (access(path, F_OK) < 0)
			continue;
		snprintf(path, sizeof path, "%s/minirt-test-%d", hierarchies[i], getpid());
		if (mkdir(path, 0755) == 0)
			return path;
	}
	skip("no cgroup v2 hierarchy can be written");
}

/* The device programs that are attached to a cgroup itself; the attribute is as long as the kernel's longest. */
static uint32_t count_device_programs(const char *path)
{
	union {
		struct {
			uint32_t target, type, flags, attach_flags;
			uint64_t ids;
			uint32_t count;
		} query;
		unsigned char whole[256];
	} attribute;
	uint32_t ids[64];
	memset(&attribute, 0, sizeof attribute);
	int cgroup = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	attribute.query.target = (uint32_t)cgroup;
	attribute.query.type = 6;
	attribute.query.ids = (uint64_t)(uintptr_t)ids;
	attribute.query.count = 64;
	long answer = syscall(SYS_bpf, 16, &attribute, sizeof attribute);
	close(cgroup);
	return answer < 0 ? UINT32_MAX : attribute.query.count;
}

static void filters_devices(void)
{
	const char *path = make_cgroup();
	/* r0 = 0; exit: denies everything. Then one that reads r9, which nobody has written. */
	static const uint64_t deny[] = {0x00000000000000b7, 0x0000000000000095};
	static const uint64_t wrong[] = {0x00000000000090bf, 0x0000000000000095};
	begin();
	add(OPEN_CGROUP, LAUNCHER, "su", path, 0);
	add(ATTACH_DEVICE_FILTER, LAUNCHER, "uB", 0, (const void *)deny, sizeof deny);
	add_clone();
	struct outcome attached = run();
	pid_t pid = fork();
	if (pid == 0) {
		char file[256], self[] = "0";
		snprintf(file, sizeof file, "%s/cgroup.procs", path);
		int procs = open(file, O_WRONLY | O_CLOEXEC);
		if (procs < 0 || write(procs, self, 1) != 1)
			_exit(2);
		_exit(open("/dev/zero", O_RDONLY) >= 0 || errno != EPERM);
	}
	int status = wait_for(pid);
	/* S10: what is there already is replaced. */
	struct outcome again = attached;
	for (int i = 0; i < 3; i++) {
		begin();
		add(OPEN_CGROUP, LAUNCHER, "su", path, 0);
		add(ATTACH_DEVICE_FILTER, LAUNCHER, "uB", 0, (const void *)deny, sizeof deny);
		add_clone();
		again = run();
	}
	uint32_t programs = count_device_programs(path);
	begin();
	add(OPEN_CGROUP, LAUNCHER, "su", path, 0);
	add(ATTACH_DEVICE_FILTER, LAUNCHER, "uB", 0, (const void *)wrong, sizeof wrong);
	add_clone();
	struct outcome refused = run();
	rmdir(path);
	CHECK_DONE(attached);
	CHECK(status == 0);
	CHECK_DONE(again);
	CHECK(programs == 1);
	CHECK_FAILS(refused, STEP_ATTACH_DEVICE_FILTER_LOAD, EACCES);
	CHECK(strstr(world.failure.detail, "R9 !read_ok") != NULL);
}

const struct test credential_tests[] = {
	{"credential: S9: a user with some capabilities", becomes_user},
	{"credential: P13: capabilities that cannot be granted", tolerates_what_is_not_granted},
	{"credential: S9: nothing at all, for root", drops_everything},
	{"credential: seccomp filters and flags", loads_seccomp},
	{"credential: a device filter denies, and the verifier explains", filters_devices},
};
END_OF_TESTS(credential);
