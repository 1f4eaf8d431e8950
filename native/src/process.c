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
	STAT_FLAGS = 9,
	STAT_START_TIME = 22,
	STAT_EXIT_CODE = 52,
	CORE_DUMPED = 0x80,
};

/*
 * Returns where a field begins, or NULL. The name, in parentheses, is the process's choice and may have parentheses and
 * blanks: counted from the last one.
 */
static const char *stat_field(const char *stat, int number)
{
	const char *at = strrchr(stat, ')');

	for (int field = STAT_STATE - 1; at && field < number; field++) {
		at = strchr(at, ' ');
		if (at)
			at++;
	}
	return at;
}

static int parse_number(const char *at, uint64_t *number)
{
	if (!at || *at < '0' || *at > '9')
		return -EPROTO;
	*number = 0;
	for (; *at >= '0' && *at <= '9'; at++)
		*number = *number * 10 + (uint64_t)(*at - '0');
	return 0;
}

static int read_stat(pid_t pid, char stat[STAT_SIZE])
{
	struct words path = {.length = 0};

	words_add(&path, "/proc/");
	words_number(&path, pid);
	words_add(&path, "/stat");
	OWNED fd = open(path.text, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? -ESRCH : -errno;
	ssize_t length = read(fd, stat, STAT_SIZE - 1);
	if (length < 0)
		return -errno;
	stat[length] = 0;
	return 0;
}

int process_start_time(pid_t pid, uint64_t *start)
{
	char stat[STAT_SIZE];
	int error = read_stat(pid, stat);

	return error < 0 ? error : parse_number(stat_field(stat, STAT_START_TIME), start);
}

enum process_progress process_progress(pid_t pid, uint64_t expected)
{
	/* PF_EXITING, PF_FORKNOEXEC in include/linux/sched.h: the same since Linux 2.6. */
	enum { EXITING = 0x4, NOT_EXECUTED = 0x40, SIGNAL_MASK = 0x7f };
	uint64_t start, flags, status;
	char stat[STAT_SIZE];

	if (read_stat(pid, stat) < 0 || parse_number(stat_field(stat, STAT_START_TIME), &start) < 0 ||
		start != expected)
		return PROCESS_GONE;
	if (parse_number(stat_field(stat, STAT_FLAGS), &flags) < 0 || !(flags & EXITING))
		return PROCESS_LIVES;
	if (flags & NOT_EXECUTED)
		return PROCESS_DIED_UNEXECUTED;
	return parse_number(stat_field(stat, STAT_EXIT_CODE), &status) == 0 && (status & SIGNAL_MASK) == SIGKILL
		       ? PROCESS_KILLED
		       : PROCESS_ENDED;
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
