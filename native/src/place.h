/*
 * A process that does nothing but be somewhere: systemd starts a scope only with a process in it, and ends it when the
 * last one leaves. This one holds the place until init is born there, and is gone before init goes on.
 */
#ifndef MINIRT_PLACE_H
#define MINIRT_PLACE_H

#include <stdint.h>
#include <sys/types.h>

struct place {
	pid_t pid;
	int pidfd; /* -1: there is none */
	uint64_t start;
};

/* Starts the process, in place of one that is there already; it dies with us. Returns 0 or -errno. */
int place_hold(struct place *place);

/* Kills and reaps it, if it is there. */
void place_give_up(struct place *place);

#endif
