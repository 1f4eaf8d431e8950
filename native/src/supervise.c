#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "driver.h"
#include "fd.h"
#include "notify.h"
#include "process.h"
#include "relay.h"
#include "signals.h"

enum {
	UNEXECUTED = 127,
};

/* Every signal but those that the caller has had ignored. */
static int watch_everything(const struct driver *driver)
{
	sigset_t watched;

	sigfillset(&watched);
	for (int number = 1; number < NSIG; number++)
		if (number != SIGCHLD && sigismember(&driver->ignored, number) == 1)
			sigdelset(&watched, number);
	sigprocmask(SIG_SETMASK, &watched, NULL);
	return signalfd(driver->signals, &watched, 0);
}

/* Orphans of the container, and the JVM; init itself is left for its descriptor. */
static void reap_others(struct driver *driver)
{
	siginfo_t info;

	for (;;) {
		info.si_pid = 0;
		if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) < 0 || info.si_pid == 0 ||
			info.si_pid == driver->run.init)
			return;
		waitid(P_PID, (id_t)info.si_pid, &info, WEXITED | WNOHANG);
		if (info.si_pid == driver->jvm.pid)
			driver->jvm.pid = 0;
	}
}

static void forward_signals(struct driver *driver)
{
	struct signalfd_siginfo info;

	while (read(driver->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		int number = (int)info.ssi_signo;

		if (number == SIGCHLD)
			reap_others(driver);
		else if (number == SIGWINCH)
			relay_resize();
		else if (number != SIGURG)
			pidfd_signal(
				driver->run.init_fd, number); /* fails only if init is gone, which is noticed next */
		if (number == SIGCONT)
			relay_resume();
	}
}

/* Signals that came after the last time Java looked were meant for the container: it supervises nevertheless. */
static void forward_relayed(const struct driver *driver)
{
	for (int number = 1; number < NSIG; number++)
		if (sigismember(&driver->relayed, number) == 1)
			pidfd_signal(driver->run.init_fd, number);
}

static void wait_for_something(struct driver *driver)
{
	enum { SIGNALS, INIT, NOTIFY, RELAY };
	struct pollfd fds[RELAY + RELAY_POLLED] = {
		[SIGNALS] = {.fd = driver->signals, .events = POLLIN},
		[INIT] = {.fd = driver->run.init_fd, .events = POLLIN},
		[NOTIFY] = {.fd = notify_socket(), .events = POLLIN},
	};
	int patience = relay_poll(fds + RELAY);

	if (poll(fds, sizeof(fds) / sizeof(*fds), patience) < 0)
		return;
	relay_proceed(fds + RELAY);
	if (fds[NOTIFY].revents)
		notify_relay(getpid()); /* the service's main process is the one that stays with the manager */
	if (fds[SIGNALS].revents)
		forward_signals(driver);
}

static void run_cleanup(const struct driver *driver, struct texts cleanup)
{
	char **argv = calloc((size_t)cleanup.count + 1, sizeof(*argv));
	const char *text;

	if (!argv)
		return;
	for (size_t i = 0; texts_next(&cleanup, &text); i++)
		argv[i] = (char *)(uintptr_t)text;
	/* The binary that is there now: a container may outlive the distribution that it was run from. */
	pid_t pid = fork();
	if (pid == 0) {
		signals_reset();
		signals_unblock();
		execve(driver->binary, argv, driver->envp);
		_exit(UNEXECUTED);
	}
	while (pid > 0 && waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	free(argv);
}

int supervise(struct driver *driver, bool adopt, struct texts cleanup)
{
	/*
	 * Only from here on: an orphan before that has gone to the init of its pid namespace or, if the container
	 * shares the caller's, to the caller. Earlier the driver does not know whether it will stay.
	 */
	if (adopt)
		prctl(PR_SET_CHILD_SUBREAPER, 1);
	replace(&driver->stream, -1); /* Java ends when it sees that */
	watch_everything(driver);
	forward_relayed(driver);
	reap_others(driver); /* whose SIGCHLD was not watched for */
	if (driver->run.terminal >= 0)
		relay_begin(take(&driver->run.terminal));
	while (!process_has_exited(driver->run.init_fd))
		wait_for_something(driver);
	if (notify_socket() >= 0)
		notify_relay(getpid());
	int status = pidfd_reap(driver->run.init_fd);
	relay_end(driver->signals);
	jvm_end(&driver->jvm);
	if (cleanup.count)
		run_cleanup(driver, cleanup);
	return WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_SIGNALLED + WTERMSIG(status);
}
