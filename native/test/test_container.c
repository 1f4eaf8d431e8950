/* Containers as config.json's template asks for them, with a host's /usr: every phase in its order. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "control.h"
#include "driver_end.h"
#include "sys.h"
#include "tests.h"

#define PRIVATE (1u << 18)
#define SLAVE (1u << 19)
#define CAPS UINT64_C(0x20000420) /* AUDIT_WRITE, KILL, NET_BIND_SERVICE */

enum slots { ROOTFS, NULL_DEVICE, USR, LISTENER, LOCK, SYSFS, DEVICES };

static const char *const devices[] = {"null", "zero", "full", "random", "urandom", "tty"};
static const uint32_t device_minors[] = {3, 5, 7, 8, 9, 0};

static void make_rootfs(void)
{
	static const char *const links[][2] = {{"usr/bin", "bin"}, {"usr/lib", "lib"}, {"usr/lib64", "lib64"}};
	make_directory(SCRATCH "/rootfs");
	CHECK(chmod(SCRATCH, 0755) == 0);
	for (size_t i = 0; i < 3; i++) {
		char path[64];
		snprintf(path, sizeof path, SCRATCH "/rootfs/%s", links[i][1]);
		make_link(path, links[i][0]);
	}
	make_directory(SCRATCH "/rootfs/secret");
	make_file(SCRATCH "/rootfs/secret/file", "secret");
	make_file(SCRATCH "/rootfs/token", "secret");
	make_directory(SCRATCH "/rootfs/home");
	CHECK(chmod(SCRATCH "/rootfs/home", 0777) == 0);
	make_directory(SCRATCH "/out");
	CHECK(chmod(SCRATCH "/out", 0777) == 0);
}

static void add_launcher(uint64_t namespaces)
{
	begin();
	add(CLOSE_DESCRIPTORS, LAUNCHER, "u", 3);
	add(RESET_SIGNALS, LAUNCHER, "");
	add(HOLD_FILE, LAUNCHER, "su", SCRATCH "/lock", LOCK);
	add(LISTEN_FOR_START, LAUNCHER, "ssu", SCRATCH, "start", LISTENER);
	add(CLONE_TREE, LAUNCHER, "suu", SCRATCH "/rootfs", 1, ROOTFS);
	add(CLONE_DEVICE, LAUNCHER, "suuuuuu", "/dev/null", S_IFCHR, 1, 3, 0, 0, NULL_DEVICE);
	add(CLONE_TREE, LAUNCHER, "suu", "/usr", 0, USR);
	add(SET_TREE_ATTRIBUTES, LAUNCHER, "uuUUu", USR, 0, ATTR_RDONLY | ATTR_NODEV, (uint64_t)0, PRIVATE);
	add(CLONE_TREE, LAUNCHER, "suu", "/sys", 1, SYSFS);
	if ((namespaces & CLONE_NEWUSER_FLAG) != 0)
		for (uint32_t i = 0; i < 6; i++) {
			char path[32];
			snprintf(path, sizeof path, "/dev/%s", devices[i]);
			add(CLONE_TREE, LAUNCHER, "suu", path, 0, DEVICES + i);
		}
	add(SET_OOM_SCORE_ADJUSTMENT, LAUNCHER, "U", (uint64_t)300);
	add(CLONE_INIT, LAUNCHER, "Uuu", namespaces, NO_SLOT, NO_SLOT);
	if ((namespaces & CLONE_NEWUSER_FLAG) != 0) {
		add(WRITE_ID_MAPPINGS, DRIVER, "ss", "0 100000 65536\n", "0 100000 65536\n");
		add(BECOME_NAMESPACE_ROOT, INIT, "uu", 0, 0);
	}
	add(DIE_WITH_PARENT, INIT, "");
	add(NEW_SESSION, INIT, "");
	add(JOIN_SESSION_KEYRING, INIT, "s", "_ses.test");
}

static void add_mount(const char *type, const char *destination, const char *const *options, uint64_t attributes,
	bool strict, uint32_t fallback)
{
	add(MOUNT_FILESYSTEM, INIT, "ssTTUsuuuNu", type, type, options, TEXTS("gid=5"), attributes, destination, 0, 0,
		strict, NO_NUMBERS, fallback);
}

static void add_mounts(void)
{
	uint64_t plain = ATTR_NOSUID | ATTR_NOEXEC | ATTR_NODEV;
	add(SET_ROOT_PROPAGATION, INIT, "uu", SLAVE, 1);
	add(ATTACH_ROOTFS, INIT, "us", ROOTFS, SCRATCH "/rootfs");
	add(OPEN_PROC, INIT, "");
	add_mount("proc", "/proc", NO_TEXTS, 0, true, NO_SLOT);
	add_mount("tmpfs", "/dev", TEXTS("mode=755", "size=65536k"), ATTR_NOSUID, false, NO_SLOT);
	/* The group of terminals has no number in every user namespace: what is tolerated may fail. */
	add(MOUNT_FILESYSTEM, INIT, "ssTTUsuuuNu", "devpts", "devpts",
		TEXTS("newinstance", "ptmxmode=0666", "mode=0620"), TEXTS("gid=5"), ATTR_NOSUID | ATTR_NOEXEC,
		"/dev/pts", 0, 0, 0, NO_NUMBERS, NO_SLOT);
	add_mount("tmpfs", "/dev/shm", TEXTS("mode=1777"), plain, false, NO_SLOT);
	add_mount("mqueue", "/dev/mqueue", NO_TEXTS, plain, false, NO_SLOT);
	add_mount("sysfs", "/sys", NO_TEXTS, plain | ATTR_RDONLY, true, SYSFS);
	add(ATTACH_TREE, INIT, "usuN", USR, "/usr", 0, NO_NUMBERS);
}

static void add_devices(bool bind)
{
	for (uint32_t i = 0; i < 6; i++) {
		char path[32];
		snprintf(path, sizeof path, "/dev/%s", devices[i]);
		if (bind)
			add(ATTACH_TREE, INIT, "usuN", DEVICES + i, path, 0, NO_NUMBERS);
		else
			add(MAKE_DEVICE, INIT, "suuuuu", path, S_IFCHR | 0666, i == 5 ? 5 : 1, device_minors[i], 0, 0);
	}
	add(MAKE_SYMLINK, INIT, "sssu", "/dev/fd", "/proc/self/fd", "", 0);
	add(MAKE_SYMLINK, INIT, "sssu", "/dev/stdout", "/proc/self/fd/1", "", 0);
	add(MAKE_SYMLINK, INIT, "sssu", "/dev/ptmx", "pts/ptmx", "", 1);
	add(MAKE_DIRECTORY, INIT, "su", "/work", 0755);
}

static void add_rest(const char *script)
{
	add(SET_HOSTNAME, INIT, "s", "container");
	add(BRING_UP_LOOPBACK, INIT, "");
	add(WRITE_SYSCTL, INIT, "ss", "net/ipv4/ip_forward", "1");
	add(SYNCHRONIZE, INIT, "u", 1);
	add(SET_ROOT_ATTRIBUTES, INIT, "U", ATTR_RDONLY);
	add(PIVOT_ROOT, INIT, "");
	add(MASK_PATH, INIT, "su", "/proc/kcore", NULL_DEVICE);
	add(MASK_PATH, INIT, "su", "/token", NULL_DEVICE);
	add(MASK_PATH, INIT, "su", "/proc/nothing", NULL_DEVICE);
	add(MASK_PATH, INIT, "su", "/secret", NULL_DEVICE);
	add(MASK_PATH, INIT, "su", "/proc/scsi", NULL_DEVICE);
	add(MAKE_PATH_READ_ONLY, INIT, "s", "/proc/sys");
	add(MAKE_PATH_READ_ONLY, INIT, "s", "/proc/nothing");
	add(SET_RESOURCE_LIMIT, INIT, "uUU", RLIMIT_NOFILE, (uint64_t)100, (uint64_t)200);
	add(OWN_STDIO, INIT, "u", 1000);
	add(SET_UMASK, INIT, "u", 027);
	add(CHANGE_DIRECTORY, INIT, "su", "/work", 1);
	add(DROP_BOUNDING_CAPABILITIES, INIT, "U", CAPS);
	add(SET_GROUPS, INIT, "Nu", ((const uint32_t[]){1, 7}), 0);
	add(SET_IDENTITY, INIT, "uu", 1000, 1000);
	add(DIE_WITH_PARENT, INIT, "");
	add(CHANGE_DIRECTORY, INIT, "su", "/work", 0);
	add(FIND_EXECUTABLE, INIT, "sT", "sh", TEXTS("/usr/local/bin", "/bin"));
	add(PROBE_SECCOMP, INIT, "u", 0);
	add(READY, INIT, "");
	add(AWAIT_START, INIT, "u", LISTENER);
	/* A filter that allows everything, loaded without no_new_privs. */
	static const uint64_t allow[] = {UINT64_C(0x7fff000000000006)};
	add(LOAD_SECCOMP, INIT, "uB", 0, (const void *)allow, sizeof allow);
	add(SET_CAPABILITIES, INIT, "UUUU", CAPS, CAPS, (uint64_t)0, (uint64_t)0);
	add(SET_NO_NEW_PRIVILEGES, INIT, "");
	add(EXECUTE, INIT, "TT", TEXTS("sh", "-c", script), TEXTS("PATH=/bin"));
}

/* Fails with the number of the first thing that is not as it should be. */
static const char script[] =
	"n=0; is() { n=$((n + 1)); [ \"$1\" = \"$2\" ] || { echo \"# fact $n: '$1' is not '$2'\" >&2; exit $n; }; }\n"
	"is $$ 1\n"
	"is \"$(hostname)\" container\n"
	"is \"$(id -u):$(id -g):$(id -G)\" '1000:1000:1000 7'\n"
	"is \"$(pwd)\" /work\n"
	"is \"$(umask)\" 0027\n"
	"is \"$(ulimit -n)\" 100\n"
	"is \"$(cat /token; ls -A /secret; cat /secret/file 2>/dev/null)\" ''\n"
	"is \"$( (echo x >/x) 2>&1 | grep -c 'Read-only')\" 1\n"
	"is \"$(cat /proc/sys/net/ipv4/ip_forward)\" 1\n"
	"is \"$(sed -n 's/^NoNewPrivs:.//p' /proc/self/status)\" 1\n"
	"is \"$(sed -n 's/^CapBnd:.//p' /proc/self/status)\" 0000000020000420\n"
	"is \"$(sed -n 's/^Seccomp:.//p' /proc/self/status)\" 2\n"
	"is \"$(sed -n 's/^Sig\\(Ign\\|Blk\\):.//p' /proc/self/status | sort -u)\" 0000000000000000\n"
	"is \"$(cat /proc/self/oom_score_adj)\" 300\n"
	"is \"$(ls /proc/self/fd | tr '\\n' ' ')\" '0 1 2 3 '\n"
	"is \"$(grep -c ' /tmp' /proc/self/mountinfo)\" 0\n"
	"is \"$(stat -c %t:%T:%a /dev/null /dev/tty | tr '\\n' ' ')\" '1:3:666 5:0:666 '\n"
	"is \"$(echo gone >/dev/null; head -c 2 /dev/zero | od -An -tx1)\" ' 00 00'\n"
	"is \"$(stat -f -c %T /dev/shm /sys /proc | tr '\\n' ' ')\" 'tmpfs sysfs proc '\n"
	"is \"$(grep -c ' /proc/sys ro,' /proc/self/mountinfo)\" 1\n"
	"exit 99\n";

static void run_container(uint64_t namespaces)
{
	pid_t launcher;
	if (access("/usr/bin/od", X_OK) < 0 || access("/bin/sh", X_OK) < 0)
		skip("needs a shell and coreutils in /usr");
	make_rootfs();
	bool user = (namespaces & CLONE_NEWUSER_FLAG) != 0;
	if (user)
		CHECK(chown(SCRATCH "/rootfs", 100000, 100000) == 0);
	add_launcher(namespaces);
	add_mounts();
	add_devices(user);
	add_rest(script);
	struct timespec before, after;
	clock_gettime(CLOCK_MONOTONIC, &before);
	int control = launch(&launcher);
	pid_t init = expect_spawned(control, launcher);
	serve_until_ready(control, init);
	clock_gettime(CLOCK_MONOTONIC, &after);
	printf("# ready after %ld us\n",
		(after.tv_sec - before.tv_sec) * 1000000 + (after.tv_nsec - before.tv_nsec) / 1000);
	int connection = start();
	char byte;
	CHECK(read(connection, &byte, 1) == 0);
	int status = wait_for(init);
	if (status != 99)
		printf("# exit status %d\n", status);
	CHECK(status == 99);
	/* Nothing of it is left in our namespace. */
	CHECK(mounts_at(SCRATCH "/rootfs") == 0);
}

static void plain_container(void)
{
	run_container(CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET);
}

static void user_namespace_container(void)
{
	run_container(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWPID | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET);
}

const struct test container_tests[] = {
	{"container: as the template asks for it", plain_container},
	{"container: the same in a user namespace", user_namespace_container},
};
END_OF_TESTS(container);
