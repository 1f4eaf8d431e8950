/* Starts the launcher of a program. */
#ifndef MINIRT_LAUNCH_H
#define MINIRT_LAUNCH_H

#include <sys/types.h>

#include "program.h"

#define LAUNCHER_NAME "minirt-init"

struct launched {
	pid_t pid;
	int pidfd;
	int control; /* the driver's end; does not block on receiving */
};

/*
 * Executes this binary from a sealed copy as the launcher of the program. It keeps the standard streams and every
 * inherited descriptor: which of them stay is the program's business. Returns 0, or -errno with what was tried in the
 * failure's detail.
 */
int launch(const struct program *program, struct launched *launched, struct failure *failure);

#endif
