/* MakeDevice, MakeSymlink, MakeDirectory (D5 and the default devices and links). */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "check.h"
#include "tests.h"

/* path, mode, major, minor, uid, gid */
static struct outcome make_device(const char *path, mode_t mode, unsigned minor)
{
	return INIT(MAKE_DEVICE, "suuuuu", path, mode, 1, minor, 12, 34);
}

static void makes_exactly(void)
{
	use_root();
	umask(077); /* D5: must beat the umask */
	struct stat status;
	world.proc = open("/proc", O_PATH | O_CLOEXEC);
	CHECK_DONE(make_device("/dev/deep/null", S_IFCHR | 0626, 3));
	CHECK(stat(ROOT "/dev/deep/null", &status) == 0);
	CHECK(status.st_mode == (S_IFCHR | 0626) && status.st_rdev == makedev(1, 3));
	CHECK(status.st_uid == 12 && status.st_gid == 34);
	CHECK_DONE(make_device("/dev/fifo", S_IFIFO | 0600, 0));
	CHECK(mode_of(ROOT "/dev/fifo") == (S_IFIFO | 0600));
}

static void accepts_what_matches(void)
{
	use_root();
	CHECK(mknod(ROOT "/null", S_IFCHR | 0600, makedev(1, 3)) == 0);
	CHECK_DONE(make_device("/null", S_IFCHR | 0666, 3));
	/* It may be the host's, by a bind mount: it stays as it is. */
	struct stat status;
	CHECK(stat(ROOT "/null", &status) == 0 && status.st_mode == (S_IFCHR | 0600) && status.st_uid == 0);
	CHECK_FAILS(make_device("/null", S_IFCHR | 0666, 5), STEP_MAKE_DEVICE_MISMATCH, EEXIST);
	CHECK_FAILS(make_device("/null", S_IFBLK | 0666, 3), STEP_MAKE_DEVICE_MISMATCH, EEXIST);
	CHECK_FAILS(make_device("/null", S_IFIFO | 0666, 3), STEP_MAKE_DEVICE_MISMATCH, EEXIST);
	CHECK(strcmp(world.failure.detail, "/null") == 0);
}

static void does_not_follow(void)
{
	use_root();
	make_file("/tmp/host", "host");
	make_directory("/tmp/hostdev");
	make_link(ROOT "/null", "/../../tmp/host");
	CHECK_FAILS(make_device("/null", S_IFCHR | 0666, 3), STEP_MAKE_DEVICE_MISMATCH, EEXIST);
	make_link(ROOT "/dev", "../../../tmp/hostdev"); /* CVE-2026-41579 */
	CHECK_DONE(make_device("/dev/null", S_IFCHR | 0666, 3));
	CHECK_DONE(INIT(MAKE_SYMLINK, "sssu", "/dev/fd", "/proc/self/fd", "", 1));
	CHECK(is_empty("/tmp/hostdev") && file_is("/tmp/host", "host"));
	CHECK(S_ISCHR(mode_of(ROOT "/tmp/hostdev/null")));
	CHECK_FAILS(make_device("/..", S_IFCHR | 0666, 3), STEP_MAKE_DEVICE_RESOLVE, EINVAL);
}

/* path, target, requires, replace */
static void makes_links(void)
{
	use_root();
	make_directory(ROOT "/dev");
	make_file(ROOT "/dev/ptmx", "");
	char target[64] = "";
	CHECK_BRANCH(INIT(MAKE_SYMLINK, "sssu", "/dev/fd", "/proc/self/fd", "", 0), BRANCH_MAKE_SYMLINK_MADE);
	CHECK(readlink(ROOT "/dev/fd", target, sizeof target - 1) > 0 && strcmp(target, "/proc/self/fd") == 0);
	CHECK_BRANCH(INIT(MAKE_SYMLINK, "sssu", "/dev/fd", "elsewhere", "", 0), BRANCH_MAKE_SYMLINK_EXISTS);
	CHECK_BRANCH(INIT(MAKE_SYMLINK, "sssu", "/dev/core", "/proc/kcore", "/proc/kcore", 0),
		BRANCH_MAKE_SYMLINK_NOT_REQUIRED);
	CHECK(!exists(ROOT "/dev/core"));
	CHECK_BRANCH(INIT(MAKE_SYMLINK, "sssu", "/dev/ptmx", "pts/ptmx", "", 1), BRANCH_MAKE_SYMLINK_MADE);
	CHECK(S_ISLNK(mode_of(ROOT "/dev/ptmx")));
	make_directory(ROOT "/dev/directory");
	CHECK_FAILS(INIT(MAKE_SYMLINK, "sssu", "/dev/directory", "x", "", 1), STEP_MAKE_SYMLINK_REMOVE, EISDIR);
}

static void makes_directories(void)
{
	use_root();
	CHECK_BRANCH(INIT(MAKE_DIRECTORY, "su", "/home/user", 0750), BRANCH_MAKE_DIRECTORY_MADE);
	CHECK(mode_of(ROOT "/home/user") == (S_IFDIR | 0750) && mode_of(ROOT "/home") == (S_IFDIR | 0755));
	CHECK_BRANCH(INIT(MAKE_DIRECTORY, "su", "/home/user", 0700), BRANCH_MAKE_DIRECTORY_MADE);
	CHECK(mode_of(ROOT "/home/user") == (S_IFDIR | 0750));
	make_file(ROOT "/file", "");
	CHECK_BRANCH(INIT(MAKE_DIRECTORY, "su", "/file", 0755), BRANCH_MAKE_DIRECTORY_DEFERRED);
	CHECK_BRANCH(INIT(MAKE_DIRECTORY, "su", "/file/x", 0755), BRANCH_MAKE_DIRECTORY_DEFERRED);
	CHECK(mount(NULL, ROOT, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL) == 0);
	CHECK_BRANCH(INIT(MAKE_DIRECTORY, "su", "/new", 0755), BRANCH_MAKE_DIRECTORY_DEFERRED);
	CHECK_BRANCH(INIT(MAKE_DIRECTORY, "su", "/home/user", 0755), BRANCH_MAKE_DIRECTORY_MADE);
}

const struct test device_tests[] = {
	{"device: D5: exactly this mode and owner", makes_exactly},
	{"device: an existing one is accepted or refused, never changed", accepts_what_matches},
	{"device: links are not followed out of the root (CVE-2026-41579)", does_not_follow},
	{"device: links of /dev", makes_links},
	{"device: directories", makes_directories},
};
END_OF_TESTS(device);
