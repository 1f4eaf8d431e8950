/* The start command's end of the start socket (docs/protocol.md). */
#ifndef MINIRT_START_H
#define MINIRT_START_H

#include <stdint.h>

#include "failure.h"

enum start_outcome {
	START_EXECUTING,
	START_FAILED,	   /* the failure says where */
	START_NO_LISTENER, /* failure->error is the errno */
	START_DIED,
};

/*
 * Tells the init that listens on the socket `name` of the directory to go on, and waits for what becomes of it: for as
 * long as its hooks take, but no longer than until interrupt is readable (START_NO_LISTENER with EINTR).
 */
enum start_outcome start(const char *directory, const char *name, int interrupt, struct failure *failure);

#endif
