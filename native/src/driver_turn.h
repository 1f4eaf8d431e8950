/* The operations that the driver runs on init's behalf, from outside of the container. */
#ifndef MINIRT_DRIVER_TURN_H
#define MINIRT_DRIVER_TURN_H

#include "program.h"

#include <sys/types.h>

/*
 * Runs the operation `index` of the program, which must be one for the driver, on the process `init` (as the driver
 * sees it). Returns 0, or -errno with `failure` filled in.
 */
int driver_turn(const struct program *program, uint32_t index, pid_t init, struct failure *failure);

#endif
