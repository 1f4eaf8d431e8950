/* The operations on the process's terminal (P2, P3, D8; CVE-2025-52565, CVE-2026-88264). */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

#include "check.h"
#include "control.h"
#include "descriptor.h"
#include "fd.h"
#include "tests.h"

enum slots { MASTER, TERMINAL, SOCKET };

static void use_devpts(void)
{
	use_root();
	make_directory(ROOT "/dev");
	make_directory(ROOT "/dev/pts");
	CHECK(mount("devpts", ROOT "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC,
		      "newinstance,ptmxmode=0666,mode=0620") == 0);
}

/* directory, rows, columns, uid, master, terminal */
static void add_open(const char *directory)
{
	add(OPEN_TERMINAL, INIT, "suuuuu", directory, 40, 100, 12, MASTER, TERMINAL);
}

static struct outcome open_terminal(const char *directory)
{
	begin();
	add_clone();
	add_open(directory);
	return run();
}

static void opens_one_of_the_container(void)
{
	struct stat status, there;
	struct winsize size;
	char byte = 0;
	use_devpts();
	CHECK_DONE(open_terminal("/dev/pts"));
	int master = world.slots[MASTER], terminal = world.slots[TERMINAL];
	CHECK(fstat(terminal, &status) == 0 && stat(ROOT "/dev/pts/0", &there) == 0);
	CHECK(status.st_dev == there.st_dev && status.st_ino == there.st_ino && major(status.st_rdev) == 136);
	CHECK(status.st_uid == 12 && status.st_gid == 0 && status.st_mode == (S_IFCHR | 0620));
	CHECK(ioctl(terminal, TIOCGWINSZ, &size) == 0 && size.ws_row == 40 && size.ws_col == 100);
	CHECK(write(master, "x\n", 2) == 2 && read(terminal, &byte, 1) == 1 && byte == 'x');
	CHECK((fcntl(master, F_GETFD) & FD_CLOEXEC) != 0 && (fcntl(terminal, F_GETFD) & FD_CLOEXEC) != 0);
	/* A second one, which is another. */
	CHECK_DONE(open_terminal("/dev/pts/../pts"));
	CHECK(fstat(world.slots[TERMINAL], &there) == 0 && there.st_ino != status.st_ino);
}

static void refuses_what_is_no_devpts(void)
{
	use_root();
	make_directory(ROOT "/dev");
	CHECK_FAILS(open_terminal("/dev/pts"), STEP_OPEN_TERMINAL_RESOLVE, ENOENT);
	make_directory(ROOT "/dev/pts");
	CHECK(mknod(ROOT "/dev/pts/ptmx", S_IFCHR | 0666, makedev(5, 2)) == 0);
	CHECK_FAILS(open_terminal("/dev/pts"), STEP_OPEN_TERMINAL_VERIFY, ENODEV);
	CHECK(strcmp(world.failure.detail, "/dev/pts") == 0);
	/* The host's, by a link that leads to it from outside only. */
	CHECK(unlink(ROOT "/dev/pts/ptmx") == 0 && rmdir(ROOT "/dev/pts") == 0);
	make_link(ROOT "/dev/pts", "../../../../../dev/pts");
	CHECK_FAILS(open_terminal("/dev/pts"), STEP_OPEN_TERMINAL_RESOLVE, ELOOP);
}

/* CVE-2025-52565: something else is mounted on the devpts's own file. */
static void refuses_a_covered_ptmx(void)
{
	use_devpts();
	make_file("/tmp/other", "");
	CHECK(mount("/tmp/other", ROOT "/dev/pts/ptmx", NULL, MS_BIND, NULL) == 0);
	CHECK_FAILS(open_terminal("/dev/pts"), STEP_OPEN_TERMINAL_OPEN, EXDEV);
}

/* CVE-2025-52565: the terminal's name leads elsewhere; it is never looked up. */
static void looks_nothing_up_by_name(void)
{
	struct stat status;
	use_devpts();
	make_file("/tmp/core_pattern", "host");
	begin();
	add_clone();
	add_open("/dev/pts");
	CHECK_DONE(run());
	CHECK(mount("/tmp/core_pattern", ROOT "/dev/pts/0", NULL, MS_BIND, NULL) == 0);
	int terminal = world.slots[TERMINAL];
	make_file(ROOT "/dev/console", "");
	begin();
	add_clone();
	add_open("/dev/pts");
	add(ATTACH_CONSOLE, INIT, "us", TERMINAL, "/dev/console");
	CHECK_DONE(run());
	CHECK(stat(ROOT "/dev/console", &status) == 0 && S_ISCHR(status.st_mode) && major(status.st_rdev) == 136);
	CHECK(file_is("/tmp/core_pattern", "host"));
	close(terminal);
}

static struct outcome attach_console(void)
{
	begin();
	add_clone();
	add_open("/dev/pts");
	add(ATTACH_CONSOLE, INIT, "us", TERMINAL, "/dev/console");
	return run();
}

static void attaches_the_console(void)
{
	struct stat status, there;
	use_devpts();
	CHECK_DONE(attach_console());
	CHECK(mounts_at(ROOT "/dev/console") == 1);
	CHECK(stat(ROOT "/dev/console", &status) == 0 && fstat(world.slots[TERMINAL], &there) == 0);
	CHECK(status.st_rdev == there.st_rdev && status.st_dev == there.st_dev && status.st_uid == 12);
	CHECK(umount(ROOT "/dev/console") == 0 && mode_of(ROOT "/dev/console") == (S_IFREG | 0600));
}

/* CVE-2026-88264: a console of the image's that is a link to a path of the host's. */
static void follows_no_link(void)
{
	use_devpts();
	make_link(ROOT "/dev/console", "../../victim");
	CHECK_FAILS(attach_console(), STEP_ATTACH_CONSOLE_VERIFY, ELOOP);
	CHECK(!exists(SCRATCH "/victim") && !exists(ROOT "/victim"));
	CHECK(unlink(ROOT "/dev/console") == 0);
	make_directory(ROOT "/dev/console");
	CHECK_FAILS(attach_console(), STEP_ATTACH_CONSOLE_VERIFY, EISDIR);
}

static void says_that_the_root_is_read_only(void)
{
	use_devpts();
	CHECK(mount(NULL, ROOT, NULL, MS_REMOUNT | MS_BIND | MS_RDONLY, NULL) == 0);
	CHECK_FAILS(attach_console(), STEP_ATTACH_CONSOLE_MAKE, EROFS);
}

static int listen_at(const char *directory, const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	CHECK(strlen(path) < sizeof address.sun_path && chdir(directory) == 0);
	strcpy(address.sun_path, path);
	CHECK(bind(fd, (struct sockaddr *)&address, sizeof address) == 0 && listen(fd, 1) == 0);
	return fd;
}

static bool is_master_of(int master, int terminal)
{
	char byte = 0;
	return write(terminal, "y", 1) == 1 && read(master, &byte, 1) == 1 && byte == 'y';
}

/* As engines receive it: after the runtime is gone, one message with one descriptor. */
static void sends_it_over_the_console_socket(void)
{
	char long_path[200] = SCRATCH "/", message[32] = "";
	memset(long_path + strlen(long_path), 'd', 150);
	use_devpts();
	make_directory(long_path);
	int listener = listen_at(long_path, "socket");
	strcat(long_path, "/socket"); /* longer than an address */
	begin();
	add(CONNECT_SOCKET, LAUNCHER, "su", long_path, SOCKET);
	add_clone();
	add_open("/dev/pts");
	add(SEND_TERMINAL, INIT, "uus", SOCKET, MASTER, "/dev/ptmx");
	CHECK_DONE(run());
	CHECK(world.slots[SOCKET] == -1 && world.slots[MASTER] == -1);
	char directory[8];
	CHECK(getcwd(directory, sizeof directory) != NULL && strcmp(directory, "/") == 0);
	int connection = accept(listener, NULL, NULL), received;
	CHECK(descriptor_receive(connection, message, sizeof message, &received) == 9);
	CHECK(strcmp(message, "/dev/ptmx") == 0 && is_master_of(received, world.slots[TERMINAL]));
	CHECK(read(connection, message, 1) == 0);
}

static void tells_why_it_cannot_connect(void)
{
	CHECK_FAILS(
		LAUNCHER(CONNECT_SOCKET, "su", SCRATCH "/none/socket", SOCKET), STEP_CONNECT_SOCKET_DIRECTORY, ENOENT);
	CHECK_FAILS(LAUNCHER(CONNECT_SOCKET, "su", SCRATCH "/socket", SOCKET), STEP_CONNECT_SOCKET_CONNECT, ENOENT);
	make_file(SCRATCH "/file", "");
	CHECK_FAILS(LAUNCHER(CONNECT_SOCKET, "su", SCRATCH "/file", SOCKET), STEP_CONNECT_SOCKET_CONNECT, ECONNREFUSED);
}

static void gives_it_to_the_driver(void)
{
	int ends[2], received;
	uint8_t message[8];
	use_devpts();
	CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0);
	begin();
	add_clone();
	add_open("/dev/pts");
	add(RELAY_TERMINAL, INIT, "u", MASTER);
	world.control = ends[1];
	CHECK(control_send(ends[0], CONTROL_GO_ON) == 0);
	CHECK_DONE(run());
	world.control = -1;
	CHECK(descriptor_receive(ends[0], message, sizeof message, &received) == 4 && message[0] == CONTROL_TERMINAL);
	CHECK(is_master_of(received, world.slots[TERMINAL]) && world.slots[MASTER] == -1);
}

/* The controlling terminal and the standard streams; SIGHUP comes when the other side goes. */
static void becomes_the_controlling_terminal(void)
{
	use_devpts();
	int report[2];
	CHECK(pipe(report) == 0);
	pid_t child = fork();
	if (child == 0) {
		char result[4] = "fff";
		begin();
		add_clone();
		add(NEW_SESSION, INIT, "");
		add_open("/dev/pts");
		add(USE_TERMINAL, INIT, "u", TERMINAL);
		struct outcome outcome = run();
		result[0] = outcome.error == 0 ? 't' : 'f';
		result[1] = isatty(0) && isatty(1) && isatty(2) && world.slots[TERMINAL] == -1 ? 't' : 'f';
		OWNED tty = open("/dev/tty", O_RDWR | O_CLOEXEC);
		result[2] = tty >= 0 && tcgetsid(0) == getpid() && (fcntl(0, F_GETFD) & FD_CLOEXEC) == 0 ? 't' : 'f';
		(void)!write(report[1], result, 3);
		signal(SIGHUP, SIG_DFL);
		close(world.slots[MASTER]);
		for (;;)
			pause();
	}
	char result[4] = "";
	CHECK(read(report[0], result, 3) == 3);
	if (strcmp(result, "ttt") != 0)
		printf("# %s\n", result);
	CHECK(strcmp(result, "ttt") == 0);
	CHECK(wait_for(child) == 128 + SIGHUP);
}

static void needs_a_session(void)
{
	use_devpts();
	pid_t child = fork();
	if (child == 0) {
		begin();
		add_clone();
		add_open("/dev/pts");
		add(USE_TERMINAL, INIT, "u", TERMINAL);
		setpgid(0, 0);
		struct outcome outcome = run();
		_exit(outcome.error == EPERM && outcome.step == STEP_USE_TERMINAL_CONTROL ? 0 : 1);
	}
	CHECK(wait_for(child) == 0);
}

/* More descriptors than one, or none, are not taken for one. */
static void receives_exactly_one(void)
{
	int ends[2], received;
	char byte;
	CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0);
	CHECK(descriptor_receive(ends[0], &byte, 1, &received) == -EAGAIN && received == -1);
	CHECK(write(ends[1], "a", 1) == 1 && descriptor_receive(ends[0], &byte, 1, &received) == 1 && received == -1);
	CHECK(descriptor_send(ends[1], "ab", 2, 0) == 0 && descriptor_receive(ends[0], &byte, 1, &received) == 2);
	CHECK(received >= 0 && (fcntl(received, F_GETFD) & FD_CLOEXEC) != 0);
	close(ends[1]);
	CHECK(descriptor_receive(ends[0], &byte, 1, &received) == 0 && received == -1);
}

const struct test terminal_tests[] = {
	{"terminal: one of the container's own", opens_one_of_the_container},
	{"terminal: only of a devpts", refuses_what_is_no_devpts},
	{"terminal: not through a covered ptmx", refuses_a_covered_ptmx},
	{"terminal: nothing is looked up by name", looks_nothing_up_by_name},
	{"terminal: the console", attaches_the_console},
	{"terminal: the console is no link and no directory", follows_no_link},
	{"terminal: the console in a read-only root", says_that_the_root_is_read_only},
	{"terminal: over the console socket", sends_it_over_the_console_socket},
	{"terminal: no console socket", tells_why_it_cannot_connect},
	{"terminal: to the driver", gives_it_to_the_driver},
	{"terminal: controlling", becomes_the_controlling_terminal},
	{"terminal: not without a session", needs_a_session},
	{"terminal: a descriptor in a message", receives_exactly_one},
};
END_OF_TESTS(terminal);
