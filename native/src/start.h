/* The start command's end of the start socket (docs/protocol.md). */
#ifndef MINIRT_START_H
#define MINIRT_START_H

#include <stdint.h>
#include <sys/types.h>

#include "failure.h"

enum start_outcome {
	START_EXECUTING,
	START_FAILED,	   /* the failure says where */
	START_NO_LISTENER, /* failure->error is the errno */
	START_DIED,
	START_ENDED, /* no longer there: killed behind its execution, or reaped, and then nobody knows */
};

/* The init that is started. */
struct starting {
	const char *directory, *name; /* of its socket */
	pid_t pid;
	uint64_t start_time;
};

/*
 * Tells init to go on, and waits for what becomes of it: for as
 * long as its hooks take, but no longer than until interrupt is readable (START_NO_LISTENER with EINTR).
 */
enum start_outcome start(const struct starting *init, int interrupt, struct failure *failure);

#endif
