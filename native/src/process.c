#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "fd.h"
#include "sys.h"
#include "words.h"

#ifndef __NR_pidfd_send_signal
#define __NR_pidfd_send_signal 424
#endif
#ifndef __NR_pidfd_open
#define __NR_pidfd_open 434
#endif

enum {
	STAT_SIZE = 1024, /* of a line of /proc/PID/stat: 52 numbers and a name of at most 64 bytes */
	STAT_STATE = 3,	  /* the field behind the name */
	STAT_START_TIME = 22,
	CORE_DUMPED = 0x80,
};

/* The name, in parentheses, is the process's choice and may have parentheses and blanks: count from the last one. */
static int parse_start_time(const char *stat, uint64_t *start)
{
	const char *at = strrchr(stat, ')');

	for (int field = STAT_STATE - 1; at && field < STAT_START_TIME; field++) {
		at = strchr(at, ' ');
		if (at)
			at++;
	}
	if (!at || *at < '0' || *at > '9')
		return -EPROTO;
	*start = 0;
	for (; *at >= '0' && *at <= '9'; at++)
		*start = *start * 10 + (uint64_t)(*at - '0');
	return 0;
}

int process_start_time(pid_t pid, uint64_t *start)
{
	struct words path = {.length = 0};
	char stat[STAT_SIZE];

	words_add(&path, "/proc/");
	words_number(&path, pid);
	words_add(&path, "/stat");
	OWNED fd = open(path.text, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? -ESRCH : -errno;
	ssize_t length = read(fd, stat, sizeof(stat) - 1);
	if (length < 0)
		return -errno;
	stat[length] = 0;
	return parse_start_time(stat, start);
}

int pidfd_open_process(pid_t pid)
{
	return sys_answer(syscall(__NR_pidfd_open, (long)pid, 0UL));
}

int pidfd_signal(int pidfd, int signal)
{
	return sys_answer(syscall(__NR_pidfd_send_signal, (long)pidfd, (long)signal, NULL, 0UL));
}

int process_open(pid_t pid, uint64_t expected)
{
	uint64_t start = 0;
	int error;

	/* First the descriptor, then the comparison: should the number be given away in between, the times differ. */
	OWNED pidfd = pidfd_open_process(pid);
	if (pidfd < 0 || expected == 0)
		return take(&pidfd);
	if ((error = process_start_time(pid, &start)) < 0)
		return error;
	return start == expected ? take(&pidfd) : -ESRCH;
}

int process_signal(pid_t pid, uint64_t start, int signal)
{
	OWNED pidfd = process_open(pid, start);

	return pidfd < 0 ? pidfd : pidfd_signal(pidfd, signal);
}

int process_await(pid_t pid, uint64_t start, uint32_t milliseconds, int interrupt)
{
	OWNED pidfd = process_open(pid, start);
	int64_t deadline = monotonic_milliseconds() + milliseconds;

	if (pidfd < 0)
		return pidfd == -ESRCH ? 0 : pidfd;
	for (;;) {
		struct pollfd fds[] = {{.fd = pidfd, .events = POLLIN}, {.fd = interrupt, .events = POLLIN}};
		int64_t left = deadline - monotonic_milliseconds();

		left = left < 0 ? 0 : left > INT_MAX ? INT_MAX : left;
		int ready = poll(fds, 2, (int)left);
		if (ready < 0 && errno != EINTR)
			return -errno;
		if (ready > 0 && fds[0].revents)
			return 0;
		if (ready > 0 && fds[1].revents)
			return -EINTR;
		if (ready == 0 && monotonic_milliseconds() >= deadline)
			return -ETIMEDOUT;
	}
}

bool process_has_exited(int pidfd)
{
	struct pollfd fd = {.fd = pidfd, .events = POLLIN};

	return poll(&fd, 1, 0) > 0;
}

int pidfd_reap(int pidfd)
{
	siginfo_t info;

	while (waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED) < 0)
		if (errno != EINTR)
			return -errno;
	if (info.si_code == CLD_EXITED)
		return (info.si_status & 0xff) << 8;
	return info.si_status | (info.si_code == CLD_DUMPED ? CORE_DUMPED : 0);
}
