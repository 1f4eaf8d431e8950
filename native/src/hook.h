/*
 * Runs one program to its end: hooks, in the caller's context and inside of the container alike.
 *
 * Used by the driver and by a container's init, so it needs no malloc, no stdio and no other process's help.
 */
#ifndef MINIRT_HOOK_H
#define MINIRT_HOOK_H

#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "decode.h"

enum {
	HOOK_OUTPUT_SIZE = 4096,
	HOOK_STDIN_PARTS = 3,
};

enum hook_kind {
	HOOK_EXITED = 0,      /* value: exit status */
	HOOK_SIGNALLED = 1,   /* value: signal; also a hook that was killed because interrupt became readable */
	HOOK_TIMED_OUT = 2,   /* value: 0 */
	HOOK_NOT_STARTED = 3, /* value: errno; output: the system call that failed */
};

struct hook_request {
	const char *path; /* looked up as it is, not in PATH */
	struct texts args;
	struct texts env;			    /* the whole environment */
	uint32_t timeout_seconds;		    /* 0: never */
	const char *directory;			    /* NULL or empty: the runner's own */
	struct iovec stdin_parts[HOOK_STDIN_PARTS]; /* what its standard input is made of */
	int parts;				    /* how many of them */
	int interrupt;				    /* when this descriptor is readable the hook is killed; 0: none */
};

struct hook_outcome {
	uint32_t kind; /* enum hook_kind */
	int value;
	char output[HOOK_OUTPUT_SIZE]; /* the end of its stdout and stderr, without NUL */
	size_t output_length;
};

/*
 * Runs the hook in a process group of its own, with default signal dispositions, an empty signal mask and no
 * descriptors but its standard streams, and waits for its exit. What it has left behind in the background lives on;
 * output that comes after its exit is lost. On a timeout its process group is killed. It does not survive the runner.
 * Returns 0, or -errno if there was no process to be had for it.
 */
int hook_run(const struct hook_request *request, struct hook_outcome *outcome);

#endif
