#include "check.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include "interpret.h"
#include "sys.h"

enum { EXIT_SKIPPED = 77, PATIENCE_SECONDS = 30 };

struct context world;
struct draft_program draft;
static struct program program;

_Noreturn void check_failed(const char *file, int line, const char *what)
{
	printf("# %s:%d: %s (errno now: %s)\n", file, line, what, strerror(errno));
	fflush(stdout);
	_exit(1);
}

_Noreturn void skip(const char *reason)
{
	printf("# skipped: %s\n", reason);
	fflush(stdout);
	_exit(EXIT_SKIPPED);
}

int wait_for(pid_t pid)
{
	int status;
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -1;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* The child's scratch world. Everything in it goes with its last process. */
static void enter_scratch(void)
{
	alarm(PATIENCE_SECONDS);
	if (geteuid() != 0)
		skip("needs root");
	CHECK(unshare(CLONE_NEWNS) == 0);
	CHECK(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
	CHECK(mount("scratch", SCRATCH, "tmpfs", 0, NULL) == 0);
	umask(0);
	struct draft_program empty;
	program_begin(&empty);
	static const struct program none;
	context_begin(&world, &none, -1);
	world.owns_proc_files = true;
}

int run_tests(const struct test *tests, size_t count, const char *filter, int *number)
{
	int failed = 0;
	for (size_t i = 0; i < count; i++) {
		if (filter != NULL && strstr(tests[i].name, filter) == NULL)
			continue;
		fflush(stdout);
		pid_t pid = fork();
		if (pid == 0) {
			enter_scratch();
			tests[i].run();
			fflush(stdout);
			_exit(0);
		}
		int status = pid < 0 ? -1 : wait_for(pid);
		bool ok = status == 0 || status == EXIT_SKIPPED;
		printf("%s %d - %s%s\n", ok ? "ok" : "not ok", ++*number, tests[i].name,
			status == EXIT_SKIPPED ? " # skip" : "");
		if (!ok) {
			printf("# status %d\n", status);
			failed++;
		}
	}
	return failed;
}

void begin(void)
{
	program_begin(&draft);
}

void add_clone(void)
{
	add(CLONE_INIT, LAUNCHER, "Uuu", (uint64_t)0, NO_SLOT, NO_SLOT);
}

struct outcome run(void)
{
	program_end(&draft);
	program_free(&program);
	struct outcome outcome = {.detail = world.failure.detail};
	int answer = program_read(&program, draft.bytes, draft.size, &world.failure);
	CHECK_OUTCOME(((struct outcome){.error = -answer, .detail = world.failure.detail}), seen.error == 0);
	world.program = &program;
	for (uint32_t i = 0; i < program.op_count && answer == 0; i++) {
		if (program.ops[i].opcode == OP_CLONE_INIT)
			continue;
		answer = run_operation(&world, i);
		outcome.index = i;
		outcome.branch = world.branch;
		outcome.step = world.failure.step;
	}
	outcome.error = world.failure.error > 0 ? world.failure.error : -answer;
	return outcome;
}

void use_root(void)
{
	make_directory(ROOT);
	CHECK(mount("root", ROOT, "tmpfs", 0, NULL) == 0);
	world.root = open(ROOT, O_PATH | O_DIRECTORY | O_CLOEXEC);
	CHECK(world.root >= 0);
}

void make_directory(const char *path)
{
	CHECK(mkdir(path, 0755) == 0 || errno == EEXIST);
}

void make_file(const char *path, const char *content)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	CHECK(fd >= 0);
	CHECK(write(fd, content, strlen(content)) == (ssize_t)strlen(content));
	close(fd);
}

void make_link(const char *path, const char *target)
{
	CHECK(symlink(target, path) == 0);
}

bool exists(const char *path)
{
	struct stat status;
	return lstat(path, &status) == 0;
}

bool file_is(const char *path, const char *content)
{
	char read_back[4096] = "";
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	CHECK(fd >= 0);
	ssize_t size = read(fd, read_back, sizeof read_back - 1);
	close(fd);
	return size == (ssize_t)strlen(content) && memcmp(read_back, content, strlen(content)) == 0;
}

mode_t mode_of(const char *path)
{
	struct stat status;
	CHECK(lstat(path, &status) == 0);
	return status.st_mode;
}

bool is_empty(const char *directory)
{
	DIR *stream = opendir(directory);
	CHECK(stream != NULL);
	int entries = 0;
	while (readdir(stream) != NULL)
		entries++;
	closedir(stream);
	return entries == 2;
}

int mounts_at(const char *path)
{
	FILE *file = fopen("/proc/self/mountinfo", "re");
	CHECK(file != NULL);
	char line[4096], point[4096];
	int count = 0;
	while (fgets(line, sizeof line, file) != NULL)
		if (sscanf(line, "%*d %*d %*s %*s %4095s", point) == 1 && strcmp(point, path) == 0)
			count++;
	fclose(file);
	return count;
}

unsigned long flags_of(const char *path)
{
	struct statvfs filesystem;
	CHECK(statvfs(path, &filesystem) == 0);
	return filesystem.f_flag;
}

uint64_t status_number(const char *name, int base)
{
	FILE *file = fopen("/proc/self/status", "re");
	CHECK(file != NULL);
	char line[4096];
	size_t length = strlen(name);
	while (fgets(line, sizeof line, file) != NULL) {
		if (strncmp(line, name, length) == 0 && line[length] == ':') {
			fclose(file);
			return strtoull(line + length + 1, NULL, base);
		}
	}
	check_failed(__FILE__, __LINE__, name);
}
