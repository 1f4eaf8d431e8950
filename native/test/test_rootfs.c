/* The root file system, the change of the root, and the private procfs. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "check.h"
#include "sys.h"
#include "tests.h"

#define SHARED (1u << 20)
#define PRIVATE (1u << 18)
#define UNBINDABLE (1u << 17)

static void make_bundle(void)
{
	make_directory("/tmp/bundle");
	make_directory("/tmp/bundle/rootfs");
	make_directory("/tmp/bundle/rootfs/proc");
	make_file("/tmp/bundle/rootfs/marker", "inside");
}

static void begin_rootfs(void)
{
	begin();
	add(CLONE_TREE, LAUNCHER, "suu", "/tmp/bundle/rootfs", 1, 0);
	add_clone();
	add(SET_ROOT_PROPAGATION, INIT, "uu", PRIVATE, 1);
	add(ATTACH_ROOTFS, INIT, "us", 0, "/tmp/bundle/rootfs");
}

static void pivots(void)
{
	make_bundle();
	begin_rootfs();
	add(OPEN_PROC, INIT, "");
	add(SET_ROOT_ATTRIBUTES, INIT, "U", ATTR_RDONLY);
	add(PIVOT_ROOT, INIT, "");
	CHECK_DONE(run());
	CHECK(file_is("/marker", "inside") && !exists("/tmp") && !exists("/usr"));
	CHECK(flags_of("/") & ST_RDONLY);
	/* Later operations still see the root, and nothing of the former one is left. */
	CHECK_BRANCH(INIT(MAKE_DIRECTORY, "su", "/x", 0755), BRANCH_MAKE_DIRECTORY_DEFERRED);
	CHECK(mount("proc", "/proc", "proc", 0, NULL) == 0);
	FILE *file = fopen("/proc/self/mountinfo", "re");
	char line[4096];
	int lines = 0;
	while (fgets(line, sizeof line, file) != NULL)
		lines++;
	fclose(file);
	CHECK(lines == 2);
}

/* root.path may be the host's root itself. */
static void pivots_to_the_root_itself(void)
{
	make_file("/tmp/marker", "inside");
	begin();
	add(CLONE_TREE, LAUNCHER, "suu", "/", 1, 0);
	add_clone();
	add(SET_ROOT_PROPAGATION, INIT, "uu", PRIVATE, 1);
	add(ATTACH_ROOTFS, INIT, "us", 0, "/");
	add(PIVOT_ROOT, INIT, "");
	CHECK_DONE(run());
	CHECK(file_is("/tmp/marker", "inside") && mounts_at("/") == 1);
}

/* The mount that the bundle lies in may be shared: nothing of ours may show up among its peers. */
static void does_not_propagate(void)
{
	make_directory("/tmp/bundle");
	CHECK(mount("b", "/tmp/bundle", "tmpfs", 0, NULL) == 0);
	CHECK(mount(NULL, "/tmp/bundle", NULL, MS_SHARED, NULL) == 0);
	make_directory("/tmp/peer");
	CHECK(mount("/tmp/bundle", "/tmp/peer", NULL, MS_BIND, NULL) == 0);
	make_bundle();
	begin();
	add(CLONE_TREE, LAUNCHER, "suu", "/tmp/bundle/rootfs", 1, 0);
	add_clone();
	add(ATTACH_ROOTFS, INIT, "us", 0, "/tmp/bundle/rootfs");
	CHECK_DONE(run());
	CHECK(mounts_at("/tmp/bundle/rootfs") == 1 && mounts_at("/tmp/peer/rootfs") == 0);
}

/* A shared mount in a mount namespace that others use, with a peer, and on it the place for a root. */
static void share_a_place(void)
{
	make_directory("/tmp/state");
	CHECK(mount("s", "/tmp/state", "tmpfs", 0, NULL) == 0);
	CHECK(mount(NULL, "/tmp/state", NULL, MS_SHARED, NULL) == 0);
	make_directory("/tmp/state/root");
	make_directory("/tmp/peer");
	CHECK(mount("/tmp/state", "/tmp/peer", NULL, MS_BIND, NULL) == 0);
	make_bundle();
}

static void begin_apart(const char *place, const char *path)
{
	begin();
	add(CLONE_TREE, LAUNCHER, "suu", "/tmp/bundle/rootfs", 1, 0);
	add(OPEN_PATH, LAUNCHER, "suu", place, 1, 1);
	add_clone();
	add(ATTACH_ROOTFS_APART, INIT, "uus", 0, 1, path);
}

/* In a mount namespace that others use, their mounts are left as they are, and see nothing of the container's. */
static void attaches_apart(void)
{
	share_a_place();
	begin_apart("/tmp/state/root", "/tmp/state/root");
	CHECK_DONE(run());
	CHECK(mount("inside", "/tmp/state/root/proc", "tmpfs", 0, NULL) == 0);
	CHECK(mounts_at("/tmp/state/root") == 2 && mounts_at("/tmp/state/root/proc") == 1);
	CHECK(exists("/tmp/state/root/marker"));
	/* The peer has the empty mount of the directory, which goes together with it. */
	CHECK(!exists("/tmp/peer/root/marker") && mounts_at("/tmp/peer/root/proc") == 0);
	make_directory("/tmp/state/late");
	CHECK(mount("late", "/tmp/state/late", "tmpfs", 0, NULL) == 0);
	CHECK(mounts_at("/tmp/peer/late") == 1);
	/* What a delete in the same mount namespace does. */
	CHECK(umount2("/tmp/state/root", MNT_DETACH) == 0 && umount2("/tmp/state/root", MNT_DETACH) == 0);
	CHECK(mounts_at("/tmp/state/root") == 0 && mounts_at("/tmp/peer/root") == 0);
	CHECK(rmdir("/tmp/state/root") == 0);
}

/* A delete elsewhere only removes the directory: the kernel detaches what is mounted there, in all mount namespaces. */
static void is_detached_with_its_place(void)
{
	int ready[2], removed[2];
	char byte = 0;

	share_a_place();
	CHECK(pipe(ready) == 0 && pipe(removed) == 0);
	pid_t other = fork();
	if (other == 0) {
		CHECK(unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_PRIVATE | MS_REC, NULL) == 0);
		begin_apart("/tmp/state/root", "/tmp/state/root");
		CHECK_DONE(run());
		CHECK(mount("inside", "/tmp/state/root/proc", "tmpfs", 0, NULL) == 0);
		CHECK(mounts_at("/tmp/state/root") == 2);
		CHECK(write(ready[1], &byte, 1) == 1 && read(removed[0], &byte, 1) == 1);
		CHECK(mounts_at("/tmp/state/root") == 0 && mounts_at("/tmp/state/root//deleted") == 0);
		CHECK(mounts_at("/tmp/state/root/proc") == 0);
		_exit(0);
	}
	CHECK(read(ready[0], &byte, 1) == 1);
	CHECK(mounts_at("/tmp/state/root") == 0 && rmdir("/tmp/state/root") == 0);
	CHECK(write(removed[1], &byte, 1) == 1);
	CHECK(wait_for(other) == 0);
}

/* What the path leads to in the joined mount namespace must be the runtime's own directory. */
static void attaches_at_its_own_place_only(void)
{
	share_a_place();
	make_directory("/tmp/other");
	begin_apart("/tmp/state/root", "/tmp/other");
	CHECK_FAILS(run(), STEP_ATTACH_ROOTFS_APART_VERIFY, EXDEV);
	begin_apart("/tmp/state/root", "/tmp/missing");
	CHECK_FAILS(run(), STEP_ATTACH_ROOTFS_APART_OPEN, ENOENT);
	CHECK(mounts_at("/tmp/other") == 0 && mounts_at("/tmp/state/root") == 0);
}

static void moves(void)
{
	make_bundle();
	begin_rootfs();
	add(MOVE_ROOT, INIT, "");
	CHECK_DONE(run());
	CHECK(file_is("/marker", "inside") && !exists("/tmp"));
	CHECK(chdir("..") == 0 && exists("marker"));
}

static void changes(void)
{
	make_bundle();
	make_directory("/tmp/place");
	begin_apart("/tmp/place", "/tmp/place");
	add(MAKE_DIRECTORY, INIT, "su", "made", 0711);
	add(CHANGE_ROOT, INIT, "");
	CHECK_DONE(run());
	CHECK(file_is("/marker", "inside") && mode_of("/made") == (S_IFDIR | 0711));
}

static void opens_directories_only(void)
{
	make_file("/tmp/file", "");
	CHECK_FAILS(LAUNCHER(OPEN_PATH, "suu", "/tmp/file", 1, 0), STEP_OPEN_PATH_OPEN, ENOTDIR);
	CHECK_FAILS(LAUNCHER(OPEN_PATH, "suu", "/tmp/missing", 0, 0), STEP_OPEN_PATH_OPEN, ENOENT);
	CHECK(strcmp(world.failure.detail, "/tmp/missing") == 0);
	CHECK_DONE(LAUNCHER(OPEN_PATH, "suu", "/tmp/file", 0, 0));
	CHECK((fcntl(world.slots[0], F_GETFD) & FD_CLOEXEC) != 0);
}

static void root_propagation(void)
{
	make_directory("/tmp/m");
	CHECK(mount("x", "/tmp/m", "tmpfs", 0, NULL) == 0);
	CHECK_DONE(INIT(SET_ROOT_PROPAGATION, "uu", SHARED, 1));
	make_directory("/tmp/peer");
	CHECK(mount("/tmp/m", "/tmp/peer", NULL, MS_BIND, NULL) == 0);
	make_directory("/tmp/m/sub");
	CHECK(mount("x", "/tmp/m/sub", "tmpfs", 0, NULL) == 0);
	CHECK(mounts_at("/tmp/peer/sub") == 1);
	CHECK_DONE(INIT(SET_ROOT_PROPAGATION, "uu", UNBINDABLE, 1));
	CHECK(mount("/tmp/m", "/tmp/peer", NULL, MS_BIND, NULL) < 0);
}

static void writes_sysctl(void)
{
	use_root();
	CHECK(unshare(CLONE_NEWUTS) == 0);
	CHECK_BRANCH(INIT(OPEN_PROC, ""), BRANCH_OPEN_PROC_PRIVATE);
	/* Whatever is mounted over /proc changes nothing: CVE-2025-52881. */
	CHECK(mount("fake", "/proc/sys", "tmpfs", 0, NULL) == 0);
	CHECK_DONE(INIT(WRITE_SYSCTL, "ss", "kernel/domainname", "by.sysctl"));
	CHECK(umount("/proc/sys") == 0);
	CHECK(file_is("/proc/sys/kernel/domainname", "by.sysctl\n"));
	CHECK_FAILS(INIT(WRITE_SYSCTL, "ss", "kernel/missing", "1"), STEP_WRITE_SYSCTL_OPEN, ENOENT);
	CHECK(strcmp(world.failure.detail, "kernel/missing") == 0);
	static const char *const escapes[] = {
		"../self/comm", "kernel/../../self/comm", "/kernel/domainname", "kernel/./domainname", "", "kernel/.."};
	for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++)
		CHECK_OUTCOME(INIT(WRITE_SYSCTL, "ss", escapes[i], "x"),
			seen.step == STEP_WRITE_SYSCTL_OPEN && (seen.error == EINVAL || seen.error == ENAMETOOLONG));
	CHECK_FAILS(INIT(WRITE_SYSCTL, "ss", "vm/overcommit_memory", "nonsense"), STEP_WRITE_SYSCTL_WRITE, EINVAL);
}

static void clones_proc(void)
{
	/* A user namespace that does not own the pid namespace gets no procfs of its own. */
	CHECK(unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0);
	CHECK_BRANCH(INIT(OPEN_PROC, ""), BRANCH_OPEN_PROC_CLONED);
	CHECK(world.proc >= 0);
	/* What is not the root of a procfs is not taken for one. */
	CHECK(mount("fake", "/proc", "tmpfs", 0, NULL) == 0);
	CHECK_FAILS(INIT(OPEN_PROC, ""), STEP_OPEN_PROC_VERIFY, EXDEV);
}

static void labels(void)
{
	use_root();
	CHECK_DONE(INIT(OPEN_PROC, ""));
	/* Every text can be written to comm; the first path does not exist. */
	CHECK_DONE(INIT(SET_EXEC_LABEL, "Ts", TEXTS("attr/missing/exec", "comm"), "labelled"));
	CHECK(file_is("/proc/thread-self/comm", "labelled\n"));
	CHECK_FAILS(INIT(SET_EXEC_LABEL, "Ts", TEXTS("attr/missing/exec"), "x"), STEP_SET_EXEC_LABEL_OPEN, ENOENT);
	CHECK_FAILS(INIT(SET_EXEC_LABEL, "Ts", TEXTS("cwd/x"), "x"), STEP_SET_EXEC_LABEL_OPEN, ELOOP);
	CHECK_FAILS(INIT(SET_EXEC_LABEL, "Ts", TEXTS("../../../../etc/passwd"), "x"), STEP_SET_EXEC_LABEL_OPEN, EXDEV);
}

const struct test rootfs_tests[] = {
	{"rootfs: pivot_root leaves nothing of the former root", pivots},
	{"rootfs: the root itself as the root", pivots_to_the_root_itself},
	{"rootfs: attaching does not propagate to the host", does_not_propagate},
	{"rootfs: the mounts of a joined mount namespace stay as they are", attaches_apart},
	{"rootfs: a root in another mount namespace goes with its directory", is_detached_with_its_place},
	{"rootfs: a root is attached in the runtime's own directory only", attaches_at_its_own_place_only},
	{"rootfs: MS_MOVE and chroot without pivot_root", moves},
	{"rootfs: chroot only", changes},
	{"rootfs: handles of the host", opens_directories_only},
	{"rootfs: propagation of the root", root_propagation},
	{"proc: sysctls are written through the private procfs (CVE-2025-52881)", writes_sysctl},
	{"proc: a copy of /proc is verified", clones_proc},
	{"proc: labels are written beneath thread-self (CVE-2019-16884)", labels},
};
END_OF_TESTS(rootfs);
