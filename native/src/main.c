/*
 * One binary, two programs: executed as minirt-init it is the launcher of a container and then its init; as anything
 * else it is the driver.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "brief.h"
#include "clock.h"
#include "driver.h"
#include "fd.h"
#include "launch.h"
#include "launcher.h"
#include "warm.h"
#include "words.h"

enum {
	EXIT_FAILED = 1,
	LAST_SIGNAL = 64,
	DESCRIPTOR_MAX = 1 << 30,
	/* What Java needs to undo what it has done is among them: short of that a failure would leave something. */
	DESCRIPTORS_NEEDED = 24,
};

static struct driver driver;

/* Returns -1 for anything but a descriptor that is not a standard stream. */
static int parse_descriptor(const char *text)
{
	int number = 0;

	if (!*text)
		return -1;
	for (; *text; text++) {
		if (*text < '0' || *text > '9' || number >= DESCRIPTOR_MAX / 10)
			return -1;
		number = number * 10 + (*text - '0');
	}
	return number > STDERR_FILENO ? number : -1;
}

static int run_launcher(int argc, char **argv)
{
	int control = argc == 3 ? parse_descriptor(argv[1]) : -1;
	int program = argc == 3 ? parse_descriptor(argv[2]) : -1;

	if (control < 0 || program < 0)
		return EXIT_FAILED;
	launcher_main(control, program);
}

/* Asked before anything is opened; what a container needs beyond is found out and undone as any other failure. */
static int check_descriptor_limit(void)
{
	struct words words = {.length = 0};
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) < 0 || limit.rlim_cur >= DESCRIPTORS_NEEDED)
		return 0;
	words_add(&words, "too few descriptors: RLIMIT_NOFILE (ulimit -n) is ");
	words_number(&words, (int64_t)limit.rlim_cur);
	words_add(&words, ", and at least ");
	words_number(&words, DESCRIPTORS_NEEDED);
	words_add(&words, " are needed");
	words_complain(&words);
	return -1;
}

/* What we open must never get the number of a standard stream that the caller has closed, and be taken for one. */
static int fill_standard_streams(void)
{
	int fd;

	while ((fd = open("/dev/null", O_RDWR)) >= 0 && fd <= STDERR_FILENO)
		driver.closed[fd] = true;
	if (fd < 0)
		return -1;
	close(fd);
	return 0;
}

/* HOME/bin/minirt says where home is; an environment variable could be anybody's. */
static int find_home(void)
{
	ssize_t length = readlink("/proc/self/exe", driver.binary, sizeof(driver.binary) - 1);

	if (length < 0)
		return -1;
	driver.binary[length] = 0;
	strcpy(driver.home, driver.binary);
	for (int level = 0; level < 2; level++) {
		char *slash = strrchr(driver.home, '/');
		if (!slash)
			return -1;
		*slash = 0;
	}
	return 0;
}

/* The signals that mean stop are taken out of a descriptor, when we are ready for them. */
static int watch_signals(void)
{
	static const int stopping[] = {SIGTERM, SIGINT, SIGHUP, SIGQUIT};
	/* Ours, or about the terminal: they do what they always do. All others wait for supervise(), which forwards
	 * them. */
	static const int usual[] = {
		SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGTRAP, SIGSYS, SIGABRT, SIGTSTP, SIGTTIN, SIGTTOU, SIGCONT};
	struct sigaction action;
	sigset_t watched, blocked;

	sigemptyset(&driver.ignored);
	for (int number = 1; number <= LAST_SIGNAL; number++)
		if (sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN)
			sigaddset(&driver.ignored, number);
	sigemptyset(&watched);
	for (size_t i = 0; i < sizeof(stopping) / sizeof(*stopping); i++)
		if (!sigismember(&driver.ignored, stopping[i]))
			sigaddset(&watched, stopping[i]);
	/* Children are waited for, and a reader of our output that has gone is no reason to leave a container half
	 * made. */
	signal(SIGCHLD, SIG_DFL);
	signal(SIGPIPE, SIG_IGN);
	sigfillset(&blocked);
	for (size_t i = 0; i < sizeof(usual) / sizeof(*usual); i++)
		sigdelset(&blocked, usual[i]);
	sigprocmask(SIG_SETMASK, &blocked, NULL);
	driver.signals = signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK);
	return driver.signals;
}

/* Finds somebody to decide: a server, or else a JVM of our own. What it will be told is collected while it wakes up. */
static int connect_to_java(struct draft *greeting)
{
	OWNED server = warm_connect();

	if (server >= 0) {
		hello_begin(&driver, greeting);
		if (warm_is_welcome(server, driver.home))
			return take(&server);
	}
	int stream = jvm_start(&driver.jvm, driver.home, brief_is(driver.argv));
	if (server < 0 && stream >= 0)
		hello_begin(&driver, greeting);
	return stream;
}

int main(int argc, char **argv, char **envp)
{
	if (argc > 0 && !strcmp(argv[0], LAUNCHER_NAME))
		return run_launcher(argc, argv);
	driver.started = monotonic_nanoseconds();
	if (check_descriptor_limit() < 0)
		return EXIT_FAILED;
	if (fill_standard_streams() < 0)
		return EXIT_FAILED; /* and nowhere to say so */
	if (find_home() < 0) {
		complain("cannot read /proc/self/exe: is /proc mounted?");
		return EXIT_FAILED;
	}
	if (watch_signals() < 0) {
		complain_of_errno("cannot watch for signals");
		return EXIT_FAILED;
	}
	driver.argv = argv;
	driver.envp = envp;
	struct draft greeting = {.data = NULL};
	driver.stream = connect_to_java(&greeting);
	if (driver.stream < 0) {
		free(greeting.data);
		return EXIT_FAILED;
	}
	driver.connected = monotonic_nanoseconds();
	run_prepare(&driver.run, driver.stream);
	hello_send(&driver, &greeting);
	return serve(&driver);
}
