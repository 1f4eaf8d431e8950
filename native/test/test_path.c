/* safe_path: paths below a hostile root (CVE-2021-30465, CVE-2024-45310, CVE-2026-41579 and their family). */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "safe_path.h"
#include "sys.h"
#include "tests.h"

#define OUTSIDE "/tmp/outside"

static void hostile_root(void)
{
	use_root();
	make_directory(OUTSIDE);
	make_directory(ROOT "/etc");
}

static int make(const char *path, bool file)
{
	struct safe_target target = {.file = file, .mode = file ? 0644 : 0755};
	return safe_make(world.root, path, &target, NULL);
}

static bool same(int fd, const char *path)
{
	struct stat a, b;
	CHECK(fstat(fd, &a) == 0 && stat(path, &b) == 0);
	return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

static void stays_inside(void)
{
	hostile_root();
	make_link(ROOT "/absolute", OUTSIDE);
	make_link(ROOT "/relative", "../../../../../../tmp/outside");
	make_link(ROOT "/hop", "absolute");
	make_directory(ROOT "/tmp");
	make_directory(ROOT "/tmp/outside");
	static const char *const paths[] = {"/absolute", "relative", "/hop", "/../../tmp/outside", "/etc/../hop/"};
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		int fd = safe_resolve(world.root, paths[i], false);
		CHECK(fd >= 0);
		CHECK(same(fd, ROOT "/tmp/outside"));
		int made = make("/hop/new", false);
		CHECK(made >= 0 && same(made, ROOT "/tmp/outside/new"));
		close(made);
		close(fd);
	}
	CHECK(is_empty(OUTSIDE));
}

static void follows_dangling_links_inside(void)
{
	hostile_root();
	make_link(ROOT "/file", OUTSIDE "/planted");
	make_link(ROOT "/etc/directory", "../../../tmp/outside/more//");
	make_link(ROOT "/first", "second");
	make_link(ROOT "/second", "/third/fourth");
	CHECK(make("/file", true) >= 0);
	CHECK(S_ISREG(mode_of(ROOT OUTSIDE "/planted")));
	CHECK(make("/etc/directory/deep", false) >= 0);
	CHECK(S_ISDIR(mode_of(ROOT OUTSIDE "/more/deep")));
	int fd = make("first/fifth", true);
	CHECK(fd >= 0 && same(fd, ROOT "/third/fourth/fifth"));
	CHECK(is_empty(OUTSIDE));
}

static void makes_what_is_missing(void)
{
	hostile_root();
	int fd = make("a/b/c", false);
	CHECK(fd >= 0 && same(fd, ROOT "/a/b/c"));
	CHECK((mode_of(ROOT "/a/b") & 07777) == 0755);
	CHECK((fd = make("//a//./x/../y//", false)) >= 0 && same(fd, ROOT "/a/y"));
	CHECK(S_ISDIR(mode_of(ROOT "/a/x")));
	CHECK((fd = make("n1/../../../n2/f", true)) >= 0 && same(fd, ROOT "/n2/f"));
	CHECK((fd = make("/", false)) >= 0 && same(fd, ROOT));
	CHECK((fd = make("", false)) >= 0 && same(fd, ROOT));
	bool made = true;
	struct safe_target target = {.mode = 0700};
	CHECK(safe_make(world.root, "a", &target, &made) >= 0 && !made);
	CHECK(safe_make(world.root, "strict", &target, &made) >= 0 && made);
	CHECK((mode_of(ROOT "/strict") & 07777) == 0700);
}

static void reports_what_is_in_the_way(void)
{
	hostile_root();
	make_file(ROOT "/file", "");
	make_link(ROOT "/loop", "loop");
	make_link(ROOT "/ping", "pong/x");
	make_link(ROOT "/pong", "ping/x");
	CHECK(make("/file/below", false) == -ENOTDIR);
	CHECK(make("/loop", false) == -ELOOP);
	CHECK(make("/ping/x", true) == -ELOOP);
	char name[NAME_MAX + 2];
	memset(name, 'n', sizeof name - 1);
	name[sizeof name - 1] = '\0';
	CHECK(make(name, true) == -ENAMETOOLONG);
	char path[PATH_MAX + 1];
	memset(path, '/', sizeof path - 1);
	path[sizeof path - 1] = '\0';
	CHECK(make(path, false) == -ENAMETOOLONG);
}

static void refuses_links_when_asked(void)
{
	hostile_root();
	make_link(ROOT "/proc", "etc");
	make_link(ROOT "/dangling", "nowhere");
	struct safe_target target = {.refuse_symlinks = true, .mode = 0755};
	CHECK(safe_resolve(world.root, "/proc", true) == -ELOOP);
	CHECK(safe_make(world.root, "/proc", &target, NULL) == -ELOOP);
	CHECK(safe_make(world.root, "/proc/below", &target, NULL) == -ELOOP);
	CHECK(safe_make(world.root, "/dangling", &target, NULL) == -ELOOP);
	CHECK(safe_make(world.root, "/fine/deep", &target, NULL) >= 0);
	CHECK(!exists(ROOT "/nowhere"));
}

/* A magic link of a procfs leads anywhere, whatever root the lookup has. */
static void refuses_magic_links(void)
{
	hostile_root();
	make_directory(ROOT "/proc");
	CHECK(mount("proc", ROOT "/proc", "proc", 0, NULL) == 0);
	CHECK(safe_resolve(world.root, "/proc/self/root/etc", false) == -ELOOP);
	CHECK(safe_resolve(world.root, "/proc/self/cwd", false) == -ELOOP);
	CHECK(make("/proc/self/root/tmp/outside/x", true) == -ELOOP);
	CHECK(is_empty(OUTSIDE));
}

/*
 * The number of a descriptor that is opened only for the walk itself: its link exists by the time that it would be
 * made, and its text is a path of the host's.
 */
static void makes_nothing_of_a_magic_link(void)
{
	hostile_root();
	make_directory(ROOT "/proc");
	CHECK(mount("proc", ROOT "/proc", "proc", 0, NULL) == 0);
	make_link(ROOT "/link", "/proc/self/fd/9");
	int free = 0;
	for (int number = 3; number < 40; number++) {
		char path[32];
		snprintf(path, sizeof path, "/proc/self/fd/%d", number);
		free += fcntl(number, F_GETFD) < 0;
		CHECK(make(path, false) < 0 && make(path, true) < 0);
		strcat(path, "/below");
		CHECK(make(path, false) < 0);
	}
	CHECK(free > 0 && make("/link", false) < 0);
	CHECK(!exists(ROOT "/tmp") && !exists(ROOT "/root"));
	CHECK(umount(ROOT "/proc") == 0 && is_empty(ROOT "/proc"));
}

static void never_opens_what_is_there(void)
{
	hostile_root();
	CHECK(mkfifo(ROOT "/fifo", 0600) == 0);
	int fd = make("/fifo", true); /* would hang */
	CHECK(fd >= 0 && same(fd, ROOT "/fifo"));
	make_file(ROOT "/precious", "content");
	CHECK(make("/precious", true) >= 0);
	CHECK(file_is(ROOT "/precious", "content"));
}

static void splits_the_last_component(void)
{
	hostile_root();
	char name[NAME_MAX + 1];
	int fd = safe_parent(world.root, "/etc/x//", name, sizeof name);
	CHECK(fd >= 0 && same(fd, ROOT "/etc") && strcmp(name, "x") == 0);
	CHECK((fd = safe_parent(world.root, "y", name, sizeof name)) >= 0 && same(fd, ROOT) && strcmp(name, "y") == 0);
	CHECK((fd = safe_parent(world.root, "/new/z", name, sizeof name)) >= 0 && same(fd, ROOT "/new"));
	CHECK(safe_parent(world.root, "/", name, sizeof name) == -EINVAL);
	CHECK(safe_parent(world.root, "/etc/..", name, sizeof name) == -EINVAL);
	CHECK(safe_parent(world.root, ".", name, sizeof name) == -EINVAL);
}

/* Somebody exchanges a directory for a link to the outside while we make things below it. */
static void survives_exchanges(void)
{
	hostile_root();
	make_directory(ROOT "/swap");
	make_link(ROOT "/trap", OUTSIDE);
	pid_t attacker = fork();
	if (attacker == 0) {
		alarm(20);
		for (;;)
			syscall(__NR_renameat2, (long)AT_FDCWD, ROOT "/swap", (long)AT_FDCWD, ROOT "/trap", 2L);
	}
	int worked = 0;
	for (int i = 0; i < 3000; i++) {
		char path[64];
		snprintf(path, sizeof path, "/swap/d%d/e/f", i);
		int fd = make(path, i % 2 == 0);
		/* Too many renames at once may wear out our patience; nothing else may happen. */
		CHECK(fd >= 0 || fd == -EAGAIN || fd == -ELOOP || fd == -ENOENT || fd == -ENOTDIR);
		if (fd >= 0) {
			worked++;
			close(fd);
		}
	}
	kill(attacker, SIGKILL);
	wait_for(attacker);
	printf("# %d of 3000 made under attack\n", worked);
	CHECK(is_empty(OUTSIDE));
	CHECK(worked > 2400);
}

/* Containers that share a rootfs are made at the same time: runc #4543. */
static void tolerates_other_makers(void)
{
	hostile_root();
	pid_t makers[8];
	int gate[2];
	CHECK(pipe(gate) == 0);
	for (int i = 0; i < 8; i++) {
		makers[i] = fork();
		if (makers[i] != 0)
			continue;
		char byte;
		close(gate[1]);
		(void)!read(gate[0], &byte, 1);
		for (int j = 0; j < 200; j++) {
			char path[64];
			snprintf(path, sizeof path, "/shared/%d/x/y/z", j);
			int fd = make(path, j % 2 == 0);
			if (fd < 0) {
				printf("# maker: %s: %s\n", path, strerror(-fd));
				fflush(stdout);
				_exit(1);
			}
			close(fd);
		}
		_exit(0);
	}
	close(gate[1]);
	for (int i = 0; i < 8; i++)
		CHECK(wait_for(makers[i]) == 0);
}

const struct test path_tests[] = {
	{"path: symbolic links stay inside of the root", stays_inside},
	{"path: dangling links are followed inside of the root", follows_dangling_links_inside},
	{"path: missing parts are made", makes_what_is_missing},
	{"path: files, loops and long names are reported", reports_what_is_in_the_way},
	{"path: links are refused when asked (CVE-2019-19921)", refuses_links_when_asked},
	{"path: magic links are refused", refuses_magic_links},
	{"path: nothing is made of what a magic link says", makes_nothing_of_a_magic_link},
	{"path: an existing target is neither opened nor truncated", never_opens_what_is_there},
	{"path: the last component is split off", splits_the_last_component},
	{"path: exchanged components lead nowhere (CVE-2021-30465, CVE-2024-45310)", survives_exchanges},
	{"path: concurrent makers do not disturb each other", tolerates_other_makers},
};
END_OF_TESTS(path);
