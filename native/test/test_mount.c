/* MountFilesystem, AttachTree, ReconfigureMount, CloneTree, SetTreeAttributes. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "check.h"
#include "sys.h"
#include "tests.h"

#define NOATIME UINT64_C(0x10)

/* type, source, options, tolerated, attributes, destination, inheritMode, copyUp, refuseSymlinks, propagations,
 * fallback */
#define MOUNT_FIELDS "ssTTUsuuuNu"

static struct outcome mount_tmpfs(const char *destination, const char *const *options, uint64_t attributes)
{
	return INIT(MOUNT_FILESYSTEM, MOUNT_FIELDS, "tmpfs", "tmpfs", options, NO_TEXTS, attributes, destination, 0, 0,
		0, NO_NUMBERS, NO_SLOT);
}

static void mounts_filesystem(void)
{
	use_root();
	CHECK_DONE(
		mount_tmpfs("/a/b", TEXTS("size=1m", "mode=1777", "nr_inodes=9"), ATTR_NOSUID | ATTR_NODEV | NOATIME));
	CHECK(mounts_at(ROOT "/a/b") == 1);
	CHECK((mode_of(ROOT "/a/b") & 07777) == 01777);
	unsigned long flags = flags_of(ROOT "/a/b");
	CHECK((flags & ST_NOSUID) && (flags & ST_NODEV) && (flags & ST_NOATIME));
	CHECK(!(flags & ST_NOEXEC) && !(flags & ST_RDONLY) && !(flags & ST_RELATIME));
	struct statfs filesystem;
	CHECK(statfs(ROOT "/a/b", &filesystem) == 0 && filesystem.f_files == 9);
}

static void explains_failures(void)
{
	use_root();
	CHECK_FAILS(mount_tmpfs("/m", TEXTS("size=1m", "size=nonsense"), 0), STEP_MOUNT_FILESYSTEM_OPTION, EINVAL);
	/* The option, and what the kernel says about it. */
	CHECK(strncmp(world.failure.detail, "size=nonsense: tmpfs: ", 22) == 0 && strlen(world.failure.detail) > 25);
	CHECK_FAILS(mount_tmpfs("/m", TEXTS("bogus"), 0), STEP_MOUNT_FILESYSTEM_OPTION, EINVAL);
	CHECK(strstr(world.failure.detail, "bogus: tmpfs: Unknown parameter") != NULL);
	CHECK_FAILS(INIT(MOUNT_FILESYSTEM, MOUNT_FIELDS, "nosuchfs", "", NO_TEXTS, NO_TEXTS, (uint64_t)0, "/m", 0, 0, 0,
			    NO_NUMBERS, NO_SLOT),
		STEP_MOUNT_FILESYSTEM_FSOPEN, ENODEV);
	CHECK(strcmp(world.failure.detail, "nosuchfs") == 0);
	make_file(ROOT "/file", "");
	CHECK_FAILS(mount_tmpfs("/file", NO_TEXTS, 0), STEP_MOUNT_FILESYSTEM_RESOLVE, ENOTDIR);
	CHECK_FAILS(mount_tmpfs("/file/below", NO_TEXTS, 0), STEP_MOUNT_FILESYSTEM_RESOLVE, ENOTDIR);
	/* Nothing was made to mount it on. */
	CHECK(mounts_at(ROOT "/m") == 0 && !exists(ROOT "/m"));
}

static void tolerates_options(void)
{
	use_root();
	CHECK_DONE(INIT(MOUNT_FILESYSTEM, MOUNT_FIELDS, "tmpfs", "tmpfs", TEXTS("mode=700"),
		TEXTS("bogus=1", "size=64k"), (uint64_t)0, "/m", 0, 0, 0, NO_NUMBERS, NO_SLOT));
	struct statfs filesystem;
	CHECK(statfs(ROOT "/m", &filesystem) == 0 &&
		(uint64_t)filesystem.f_blocks * (uint64_t)filesystem.f_bsize == 65536);
}

/* M8 */
static void copies_up(void)
{
	use_root();
	make_directory(ROOT "/var");
	CHECK(chmod(ROOT "/var", 02751) == 0);
	make_directory(ROOT "/var/deep");
	make_directory(ROOT "/var/deep/er");
	make_file(ROOT "/var/deep/er/file", "content");
	CHECK(chown(ROOT "/var/deep/er/file", 1234, 4321) == 0 && chmod(ROOT "/var/deep/er/file", 06755) == 0);
	bool attributes = setxattr(ROOT "/var/deep/er/file", "trusted.test", "x", 1, 0) == 0;
	struct timespec times[2] = {{1000, 0}, {2000, 500}};
	CHECK(utimensat(AT_FDCWD, ROOT "/var/deep/er/file", times, 0) == 0);
	make_link(ROOT "/var/link", "/etc/shadow");
	CHECK(lchown(ROOT "/var/link", 7, 8) == 0);
	CHECK(mkfifo(ROOT "/var/fifo", 0640) == 0);
	CHECK(mknod(ROOT "/var/null", S_IFCHR | 0666, makedev(1, 3)) == 0);
	int sparse = open(ROOT "/var/sparse", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	CHECK(sparse >= 0 && pwrite(sparse, "end", 3, (off_t)1 << 34) == 3);
	close(sparse);
	CHECK_DONE(INIT(MOUNT_FILESYSTEM, MOUNT_FIELDS, "tmpfs", "tmpfs", TEXTS("size=8m"), NO_TEXTS, ATTR_RDONLY,
		"/var", 1, 1, 0, NO_NUMBERS, NO_SLOT));
	CHECK(mounts_at(ROOT "/var") == 1 && (flags_of(ROOT "/var") & ST_RDONLY));
	CHECK((mode_of(ROOT "/var") & 07777) == 02751);
	CHECK(file_is(ROOT "/var/deep/er/file", "content"));
	struct stat status;
	CHECK(stat(ROOT "/var/deep/er/file", &status) == 0);
	CHECK(status.st_uid == 1234 && status.st_gid == 4321 && (status.st_mode & 07777) == 06755);
	CHECK(status.st_mtim.tv_sec == 2000 && status.st_mtim.tv_nsec == 500);
	char value;
	CHECK(!attributes || getxattr(ROOT "/var/deep/er/file", "trusted.test", &value, 1) == 1);
	CHECK(lstat(ROOT "/var/link", &status) == 0 && S_ISLNK(status.st_mode) && status.st_uid == 7);
	CHECK(mode_of(ROOT "/var/fifo") == (S_IFIFO | 0640));
	CHECK(stat(ROOT "/var/null", &status) == 0 && status.st_rdev == makedev(1, 3));
	CHECK(stat(ROOT "/var/sparse", &status) == 0 && status.st_size == ((off_t)1 << 34) + 3);
	CHECK(status.st_blocks < 1000);
}

static void inherits_mode(void)
{
	use_root();
	make_directory(ROOT "/m");
	CHECK(chmod(ROOT "/m", 01730) == 0);
	CHECK_DONE(INIT(MOUNT_FILESYSTEM, MOUNT_FIELDS, "tmpfs", "tmpfs", NO_TEXTS, NO_TEXTS, (uint64_t)0, "/m", 1, 0,
		0, NO_NUMBERS, NO_SLOT));
	CHECK((mode_of(ROOT "/m") & 07777) == 01730 && mounts_at(ROOT "/m") == 1);
}

static void refuses_symlinks(void)
{
	use_root();
	make_directory(ROOT "/elsewhere");
	make_link(ROOT "/proc", "elsewhere");
	CHECK_FAILS(INIT(MOUNT_FILESYSTEM, MOUNT_FIELDS, "proc", "proc", NO_TEXTS, NO_TEXTS, (uint64_t)0, "/proc", 0, 0,
			    1, NO_NUMBERS, NO_SLOT),
		STEP_MOUNT_FILESYSTEM_RESOLVE, ELOOP);
	CHECK(mounts_at(ROOT "/elsewhere") == 0);
	make_file(ROOT "/sys", "");
	CHECK_FAILS(INIT(MOUNT_FILESYSTEM, MOUNT_FIELDS, "sysfs", "sysfs", NO_TEXTS, NO_TEXTS, (uint64_t)0, "/sys", 0,
			    0, 1, NO_NUMBERS, NO_SLOT),
		STEP_MOUNT_FILESYSTEM_RESOLVE, ENOTDIR);
}

/* A link that points out of the root, as a mount target: CVE-2019-18837. */
static void mounts_inside(void)
{
	use_root();
	make_directory("/tmp/host");
	make_link(ROOT "/mnt", "/../../../tmp/host");
	CHECK_DONE(mount_tmpfs("/mnt", NO_TEXTS, 0));
	CHECK(mounts_at("/tmp/host") == 0 && mounts_at(ROOT "/tmp/host") == 1);
}

static void falls_back(void)
{
	use_root();
	/* A user namespace that does not own the network namespace may not create a sysfs. */
	CHECK(unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0);
	world.root = open(ROOT, O_PATH | O_DIRECTORY | O_CLOEXEC); /* of the new mount namespace */
	CHECK_BRANCH((begin(), add(CLONE_TREE, LAUNCHER, "suu", "/sys", 1, 5), add_clone(),
			     add(MOUNT_FILESYSTEM, INIT, MOUNT_FIELDS, "sysfs", "sysfs", NO_TEXTS, NO_TEXTS,
				     ATTR_RDONLY | NOATIME, "/sys", 0, 0, 1, NO_NUMBERS, 5),
			     run()),
		BRANCH_MOUNT_FILESYSTEM_FALLBACK);
	CHECK(exists(ROOT "/sys/kernel") && (flags_of(ROOT "/sys") & ST_RDONLY));
	/* CVE-2023-25809 */
	CHECK(flags_of(ROOT "/sys/fs/cgroup") & ST_RDONLY);
	CHECK_FAILS(INIT(MOUNT_FILESYSTEM, MOUNT_FIELDS, "sysfs", "sysfs", NO_TEXTS, NO_TEXTS, (uint64_t)0, "/sys2", 0,
			    0, 0, NO_NUMBERS, NO_SLOT),
		STEP_MOUNT_FILESYSTEM_FSOPEN, EPERM);
}

static void becomes_the_root(void)
{
	use_root();
	CHECK_DONE(mount_tmpfs("/./", TEXTS("mode=711"), 0));
	CHECK_DONE(mount_tmpfs("/below", NO_TEXTS, 0));
	CHECK(mounts_at(ROOT) == 2 && mounts_at(ROOT "/below") == 1 && (mode_of(ROOT) & 07777) == 0711);
}

/* tree, destination, refuseSymlinks, propagations */
static struct outcome attach(const char *source, const char *destination, const uint32_t *propagations)
{
	begin();
	add(CLONE_TREE, LAUNCHER, "suu", source, 1, 0);
	add_clone();
	add(ATTACH_TREE, INIT, "usuN", 0, destination, 0, propagations);
	return run();
}

static void attaches_trees(void)
{
	use_root();
	make_directory("/tmp/source");
	make_file("/tmp/source/marker", "here");
	make_file("/tmp/file", "file");
	CHECK_DONE(attach("/tmp/source", "/new/directory", NO_NUMBERS));
	CHECK(file_is(ROOT "/new/directory/marker", "here"));
	CHECK_DONE(attach("/tmp/file", "/etc/resolv.conf", NO_NUMBERS));
	CHECK(file_is(ROOT "/etc/resolv.conf", "file"));
	make_directory(ROOT "/directory");
	make_file(ROOT "/plain", "");
	CHECK_FAILS(attach("/tmp/source", "/plain", NO_NUMBERS), STEP_ATTACH_TREE_DIRECTORY_ON_FILE, ENOTDIR);
	CHECK(strcmp(world.failure.detail, "/plain") == 0);
	CHECK_FAILS(attach("/tmp/file", "/directory", NO_NUMBERS), STEP_ATTACH_TREE_FILE_ON_DIRECTORY, EISDIR);
	CHECK_FAILS(attach("/tmp/missing", "/x", NO_NUMBERS), STEP_CLONE_TREE_OPEN, ENOENT);
	CHECK_DONE(attach("/tmp/source", "/shared", ((const uint32_t[]){2, 1u << 18 | 1u << 14, 1u << 20})));
	/* A shared mount has peers: a bind mount of it shows what is mounted in it. */
	make_directory(ROOT "/peer");
	CHECK(mount(ROOT "/shared", ROOT "/peer", NULL, MS_BIND, NULL) == 0);
	make_directory("/tmp/source/sub");
	CHECK(mount("x", ROOT "/shared/sub", "tmpfs", 0, NULL) == 0);
	CHECK(mounts_at(ROOT "/peer/sub") == 1);
}

static void sets_tree_attributes(void)
{
	use_root();
	make_directory("/tmp/source");
	make_directory("/tmp/source/sub");
	CHECK(mount("x", "/tmp/source", "tmpfs", MS_NOSUID | MS_STRICTATIME, NULL) == 0);
	make_directory("/tmp/source/sub");
	CHECK(mount("x", "/tmp/source/sub", "tmpfs", 0, NULL) == 0);
	begin();
	add(CLONE_TREE, LAUNCHER, "suu", "/tmp/source", 1, 0);
	add(SET_TREE_ATTRIBUTES, LAUNCHER, "uuUUu", 0, 0, ATTR_RDONLY | NOATIME | ATTR_NODIRATIME, ATTR_NOSUID,
		1u << 18);
	add(CLONE_TREE, LAUNCHER, "suu", "/tmp/source", 1, 1);
	add(SET_TREE_ATTRIBUTES, LAUNCHER, "uuUUu", 1, 1, ATTR_RDONLY, ATTR_ATIME_MASK, 0);
	add_clone();
	add(ATTACH_TREE, INIT, "usuN", 0, "/top", 0, NO_NUMBERS);
	add(ATTACH_TREE, INIT, "usuN", 1, "/all", 0, NO_NUMBERS);
	CHECK_DONE(run());
	unsigned long top = flags_of(ROOT "/top"), all = flags_of(ROOT "/all");
	CHECK((top & ST_RDONLY) && (top & ST_NOATIME) && (top & ST_NODIRATIME) && !(top & ST_NOSUID));
	CHECK(!(flags_of(ROOT "/top/sub") & ST_RDONLY));
	CHECK((all & ST_RDONLY) && (all & ST_NOSUID) && (all & ST_RELATIME) && !(all & ST_NOATIME));
	CHECK(flags_of(ROOT "/all/sub") & ST_RDONLY);
	/* The source is untouched. */
	CHECK(!(flags_of("/tmp/source") & ST_RDONLY) && (flags_of("/tmp/source") & ST_NOSUID));
}

/* destination, filesystem, options, recursive, set, clear, propagations */
static void reconfigures(void)
{
	use_root();
	CHECK_DONE(mount_tmpfs("/m", TEXTS("size=1m"), ATTR_NOSUID));
	CHECK_DONE(INIT(RECONFIGURE_MOUNT, "suTuUUN", "/m", 0, NO_TEXTS, 0, ATTR_RDONLY | ATTR_NOEXEC, ATTR_NOSUID,
		((const uint32_t[]){1, 1u << 18})));
	unsigned long flags = flags_of(ROOT "/m");
	CHECK((flags & ST_RDONLY) && (flags & ST_NOEXEC) && !(flags & ST_NOSUID));
	CHECK_DONE(INIT(RECONFIGURE_MOUNT, "suTuUUN", "/m", 1, TEXTS("size=2m", "ro"), 0, (uint64_t)0, ATTR_RDONLY,
		NO_NUMBERS));
	struct statfs filesystem;
	CHECK(statfs(ROOT "/m", &filesystem) == 0);
	CHECK((uint64_t)filesystem.f_blocks * (uint64_t)filesystem.f_bsize == 2u << 20);
	CHECK(open(ROOT "/m/x", O_CREAT | O_WRONLY, 0600) < 0 && errno == EROFS);
	CHECK_FAILS(
		INIT(RECONFIGURE_MOUNT, "suTuUUN", "/m", 1, TEXTS("bogus=2"), 0, (uint64_t)0, (uint64_t)0, NO_NUMBERS),
		STEP_RECONFIGURE_MOUNT_OPTION, EINVAL);
	CHECK(strncmp(world.failure.detail, "bogus=2: ", 9) == 0);
	make_directory(ROOT "/no-mount");
	CHECK_FAILS(
		INIT(RECONFIGURE_MOUNT, "suTuUUN", "/no-mount", 0, NO_TEXTS, 0, ATTR_RDONLY, (uint64_t)0, NO_NUMBERS),
		STEP_RECONFIGURE_MOUNT_ATTRIBUTES, EINVAL);
	CHECK_FAILS(
		INIT(RECONFIGURE_MOUNT, "suTuUUN", "/missing", 0, NO_TEXTS, 0, ATTR_RDONLY, (uint64_t)0, NO_NUMBERS),
		STEP_RECONFIGURE_MOUNT_RESOLVE, ENOENT);
}

/* The kernel takes texts of an option up to 255 bytes. */
static void mounts_many_layers(void)
{
	use_root();
	char option[2048] = "lowerdir=";
	for (int i = 0; i < 12; i++) {
		char path[64], file[80];
		snprintf(path, sizeof path, "/tmp/a:layer-with-a-long-name-number-%d", i);
		make_directory(path);
		snprintf(file, sizeof file, "%s/%d", path, i);
		make_file(file, "layer");
		snprintf(option + strlen(option), sizeof option - strlen(option), "%s/tmp/a\\:%s", i > 0 ? ":" : "",
			path + strlen("/tmp/a:"));
	}
	struct outcome outcome = INIT(MOUNT_FILESYSTEM, MOUNT_FIELDS, "overlay", "overlay", TEXTS(option), NO_TEXTS,
		(uint64_t)0, "/m", 0, 0, 0, NO_NUMBERS, NO_SLOT);
	if (outcome.step == STEP_MOUNT_FILESYSTEM_FSOPEN)
		skip("no overlayfs");
	CHECK_DONE(outcome);
	CHECK(file_is(ROOT "/m/0", "layer") && file_is(ROOT "/m/11", "layer"));
	option[strlen(option) - 1] = 'x';
	CHECK_FAILS(INIT(MOUNT_FILESYSTEM, MOUNT_FIELDS, "overlay", "overlay", TEXTS(option), NO_TEXTS, (uint64_t)0,
			    "/n", 0, 0, 0, NO_NUMBERS, NO_SLOT),
		STEP_MOUNT_FILESYSTEM_OPTION, ENOENT);
}

const struct test mount_tests[] = {
	{"mount: a file system with its options and attributes", mounts_filesystem},
	{"mount: a failure names the option and the kernel's reason", explains_failures},
	{"mount: tolerated options are left out", tolerates_options},
	{"mount: M8: tmpcopyup copies everything", copies_up},
	{"mount: the mode is inherited", inherits_mode},
	{"mount: proc and sysfs only on real directories (CVE-2019-19921)", refuses_symlinks},
	{"mount: a target stays inside of the root (CVE-2019-18837)", mounts_inside},
	{"mount: sysfs falls back to the runtime's", falls_back},
	{"mount: a mount on / becomes the root", becomes_the_root},
	{"mount: trees on directories and files", attaches_trees},
	{"mount: attributes of detached trees", sets_tree_attributes},
	{"mount: remount", reconfigures},
	{"mount: overlayfs with more layers than an option can hold", mounts_many_layers},
};
END_OF_TESTS(mount);
