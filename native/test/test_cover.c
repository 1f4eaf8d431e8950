/* MaskPath and MakePathReadOnly (N10, N11). */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "check.h"
#include "sys.h"
#include "tests.h"

static void begin_masks(void)
{
	begin();
	add(CLONE_DEVICE, LAUNCHER, "suuuuuu", "/dev/null", S_IFCHR, 1, 3, 0, 0, 0);
	add_clone();
}

static void masks(void)
{
	use_root();
	make_file(ROOT "/secret", "secret");
	make_file(ROOT "/secret2", "secret");
	make_directory(ROOT "/dir1");
	make_file(ROOT "/dir1/secret", "secret");
	make_directory(ROOT "/dir2");
	begin_masks();
	add(MASK_PATH, INIT, "su", "/secret", 0);
	add(MASK_PATH, INIT, "su", "/secret2", 0);
	add(MASK_PATH, INIT, "su", "/dir1", 0);
	add(MASK_PATH, INIT, "su", "/dir2", 0);
	add(MASK_PATH, INIT, "su", "/dir2", 0); /* twice does no harm */
	add(MASK_PATH, INIT, "su", "/secret", 0);
	CHECK_BRANCH(run(), BRANCH_MASK_PATH_MASKED);
	static const char *const files[] = {ROOT "/secret", ROOT "/secret2"};
	static const char *const directories[] = {ROOT "/dir1", ROOT "/dir2"};
	struct stat first, second;
	for (int i = 0; i < 2; i++) {
		CHECK(stat(files[i], &first) == 0 && S_ISCHR(first.st_mode) && first.st_rdev == makedev(1, 3));
		CHECK(file_is(files[i], ""));
		CHECK(is_empty(directories[i]));
		CHECK(mkdir(i == 0 ? ROOT "/dir1/x" : ROOT "/dir2/x", 0700) < 0 && errno == EROFS);
		CHECK(flags_of(directories[i]) & ST_RDONLY);
	}
	/* One file system for all of them: runc #5262. */
	CHECK(stat(directories[0], &first) == 0 && stat(directories[1], &second) == 0 && first.st_dev == second.st_dev);
	/* It cannot be made writable by remounting the mount: the file system is read-only too. */
	CHECK(mount(NULL, ROOT "/dir1", NULL, MS_REMOUNT | MS_BIND, NULL) == 0);
	CHECK(mkdir(ROOT "/dir1/x", 0700) < 0 && errno == EROFS);
}

static void skips_missing(void)
{
	use_root();
	make_file(ROOT "/file", "");
	begin_masks();
	add(MASK_PATH, INIT, "su", "/missing/deep", 0);
	CHECK_BRANCH(run(), BRANCH_MASK_PATH_MISSING);
	begin_masks();
	add(MASK_PATH, INIT, "su", "/file/below", 0);
	CHECK_BRANCH(run(), BRANCH_MASK_PATH_MISSING);
	CHECK_BRANCH(INIT(MAKE_PATH_READ_ONLY, "s", "/missing"), BRANCH_MAKE_PATH_READ_ONLY_MISSING);
	CHECK(!exists(ROOT "/missing"));
	make_link(ROOT "/loop", "loop");
	CHECK_FAILS(INIT(MAKE_PATH_READ_ONLY, "s", "/loop"), STEP_MAKE_PATH_READ_ONLY_RESOLVE, ELOOP);
}

/* The container's own /dev/null may be anything: CVE-2025-31133. Ours is the runtime's, verified. */
static void ignores_hostile_null(void)
{
	use_root();
	make_directory(ROOT "/dev");
	make_link(ROOT "/dev/null", "/proc/sys/kernel/core_pattern");
	make_file(ROOT "/secret", "secret");
	begin_masks();
	add(MASK_PATH, INIT, "su", "/secret", 0);
	CHECK_DONE(run());
	CHECK(file_is(ROOT "/secret", ""));
}

static void refuses_false_null(void)
{
	use_root();
	make_file("/tmp/false", "");
	CHECK(mount("/tmp/false", "/dev/null", NULL, MS_BIND, NULL) == 0);
	CHECK_FAILS(LAUNCHER(CLONE_DEVICE, "suuuuuu", "/dev/null", S_IFCHR, 1, 3, 0, 0, 0), STEP_CLONE_DEVICE_VERIFY,
		ENODEV);
	CHECK(umount("/dev/null") == 0);
	CHECK(mount("/dev/zero", "/dev/null", NULL, MS_BIND, NULL) == 0);
	CHECK_FAILS(LAUNCHER(CLONE_DEVICE, "suuuuuu", "/dev/null", S_IFCHR, 1, 3, 0, 0, 0), STEP_CLONE_DEVICE_VERIFY,
		ENODEV);
	CHECK(umount("/dev/null") == 0);
}

/* The host's node comes as it is: what was asked for must be what it has. */
static void verifies_permissions(void)
{
	use_root();
	CHECK_DONE(LAUNCHER(CLONE_DEVICE, "suuuuuu", "/dev/null", S_IFCHR, 1, 3, 1, 0666, 0));
	CHECK_FAILS(LAUNCHER(CLONE_DEVICE, "suuuuuu", "/dev/null", S_IFCHR, 1, 3, 1, 0600, 0), STEP_CLONE_DEVICE_MODE,
		EPERM);
	CHECK(strcmp(world.failure.detail, "/dev/null") == 0);
}

static void stays_inside(void)
{
	use_root();
	make_file("/tmp/host", "host");
	make_link(ROOT "/link", "../../tmp/host");
	begin_masks();
	add(MASK_PATH, INIT, "su", "/link", 0);
	CHECK_BRANCH(run(), BRANCH_MASK_PATH_MISSING);
	CHECK_BRANCH(INIT(MAKE_PATH_READ_ONLY, "s", "/link"), BRANCH_MAKE_PATH_READ_ONLY_MISSING);
	CHECK(file_is("/tmp/host", "host") && mounts_at("/tmp/host") == 0);
}

static void makes_read_only(void)
{
	use_root();
	make_directory(ROOT "/p");
	CHECK(mount("x", ROOT "/p", "tmpfs", MS_NOSUID | MS_NOEXEC, NULL) == 0);
	make_directory(ROOT "/p/d");
	make_directory(ROOT "/p/d/sub");
	make_file(ROOT "/p/file", "");
	CHECK(mount("x", ROOT "/p/d/sub", "tmpfs", 0, NULL) == 0);
	CHECK_BRANCH(INIT(MAKE_PATH_READ_ONLY, "s", "/p/d"), BRANCH_MAKE_PATH_READ_ONLY_DONE);
	CHECK_BRANCH(INIT(MAKE_PATH_READ_ONLY, "s", "/p/file"), BRANCH_MAKE_PATH_READ_ONLY_DONE);
	CHECK(mkdir(ROOT "/p/d/x", 0700) < 0 && errno == EROFS);
	CHECK(open(ROOT "/p/file", O_WRONLY) < 0 && errno == EROFS);
	unsigned long flags = flags_of(ROOT "/p/d");
	CHECK((flags & ST_NOSUID) && (flags & ST_NOEXEC));
	/* What is mounted below stays visible, and as writable as it was. */
	CHECK(mkdir(ROOT "/p/d/sub/x", 0700) == 0);
	CHECK(mkdir(ROOT "/p/other", 0700) == 0);
}

/* GHSA-3q8j-pf29-vwv8: a path that is exchanged while it is made read-only. */
static void covers_while_exchanged(void)
{
	use_root();
	make_directory(ROOT "/victim");
	make_directory(ROOT "/decoy");
	make_directory("/tmp/outside");
	make_link(ROOT "/trap", "/../../tmp/outside");
	pid_t attacker = fork();
	if (attacker == 0) {
		alarm(20);
		for (;;) {
			syscall(__NR_renameat2, (long)AT_FDCWD, ROOT "/victim", (long)AT_FDCWD, ROOT "/trap", 2L);
			syscall(__NR_renameat2, (long)AT_FDCWD, ROOT "/victim", (long)AT_FDCWD, ROOT "/decoy", 2L);
		}
	}
	for (int i = 0; i < 300; i++) {
		struct outcome outcome = INIT(MAKE_PATH_READ_ONLY, "s", "/victim");
		CHECK_OUTCOME(outcome, seen.error == 0 || seen.error == EAGAIN || seen.error == EBUSY);
	}
	kill(attacker, SIGKILL);
	wait_for(attacker);
	CHECK(mkdir("/tmp/outside/x", 0700) == 0);
	CHECK(mounts_at("/tmp/outside") == 0);
}

const struct test cover_tests[] = {
	{"cover: N10: files and directories are masked", masks},
	{"cover: N10, N11: missing paths are left alone", skips_missing},
	{"cover: the root's own null device is not used (CVE-2025-31133)", ignores_hostile_null},
	{"cover: the runtime's null device is verified", refuses_false_null},
	{"cover: D6: permissions of a device are verified", verifies_permissions},
	{"cover: links to the outside are not followed", stays_inside},
	{"cover: N11: read-only with the attributes kept", makes_read_only},
	{"cover: exchanged paths do not reach the outside (GHSA-3q8j-pf29-vwv8)", covers_while_exchanged},
};
END_OF_TESTS(cover);
