/* Processes by descriptor: a number may be another process by now, so start times are compared. */
#ifndef MINIRT_PROCESS_H
#define MINIRT_PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* Field 22 of /proc/PID/stat: clock ticks since boot. Returns 0, -ESRCH if there is no such process, or another -errno.
 */
int process_start_time(pid_t pid, uint64_t *start);

enum process_progress {
	PROCESS_LIVES,
	PROCESS_DIED_UNEXECUTED, /* it has ended, or is about to, as it was forked: it has executed nothing */
	PROCESS_KILLED,		 /* it had executed something, and SIGKILL has ended it */
	PROCESS_ENDED,		 /* or anything else has */
	PROCESS_GONE,		 /* reaped: nothing is known */
};

/* How far that process has come. */
enum process_progress process_progress(pid_t pid, uint64_t start);

/*
 * Opens the process that has this number and start time (0: any). Returns a descriptor, -ESRCH if it is gone (or
 * reaped, or another one), or another -errno.
 */
int process_open(pid_t pid, uint64_t start);

/* Sends a signal to exactly that process. Returns 0 or -errno. */
int process_signal(pid_t pid, uint64_t start, int signal);

/*
 * Waits until that process has exited, reaped or not. Returns 0, -ETIMEDOUT, -EINTR if interrupt became readable, or
 * another -errno.
 */
int process_await(pid_t pid, uint64_t start, uint32_t milliseconds, int interrupt);

/* The same by descriptor. A descriptor's process is a child of this one in what follows. */
bool process_has_exited(int pidfd);
int pidfd_open_process(pid_t pid);
int pidfd_signal(int pidfd, int signal);

/* Waits for the exit of a child and reaps it. Returns its wait status, as wait(2) has it, or -errno. */
int pidfd_reap(int pidfd);

#endif
