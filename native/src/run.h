/*
 * Has a program run: starts its launcher, and passes on between init and Java what they have to say (docs/protocol.md,
 * RUN). Until the program is ready, init is ours to kill; after that it lives on without us.
 */
#ifndef MINIRT_RUN_H
#define MINIRT_RUN_H

#include <poll.h>
#include <stdbool.h>
#include <sys/types.h>

#include "frames.h"
#include "place.h"
#include "program.h"

enum run_state {
	RUN_IDLE,   /* none so far, or the last one has failed: there is no init */
	RUN_ACTIVE, /* init or the launcher is at work; Java waits */
	RUN_PAUSED, /* init waits at a synchronisation point; Java works */
	RUN_READY,  /* done; init is a child of ours, alive or not, and no longer talks to us */
};

enum { RUN_POLLED = 3 };

struct run {
	enum run_state state;
	int stream;  /* to Java */
	int control; /* to launcher and init; -1 when the run is over */
	pid_t launcher;
	int launcher_fd; /* pidfd; -1 once reaped */
	pid_t init;
	int init_fd;	    /* pidfd; -1 until SPAWNED and once reaped */
	struct place place; /* what waits in the cgroup for init */
	uint64_t launching; /* nanoseconds from RUN until the launcher was started */
	uint32_t begun;	    /* operation last begun, NO_OPERATION before the first */
	int status;	    /* wait status of an init that was reaped */
	int terminal;	    /* the side of the process's terminal that init has given us; -1: none */
	struct program program;
	struct frame frame;	/* whose payload the program is */
	struct failure failure; /* scratch: too large for a stack frame */
};

void run_prepare(struct run *run, int stream);

/* Takes over the frame. What fails is told to Java. */
void run_start(struct run *run, struct frame *frame);

/* Fills in what is to be polled for, and acts on it. */
void run_poll(const struct run *run, struct pollfd fds[RUN_POLLED]);
void run_proceed(struct run *run);

/* Java's requests. Each returns false if it is out of place. */
bool run_continue(struct run *run);
bool run_kill_and_reap(struct run *run); /* KILL_AND_REAP, and says EXITED */
void run_abort(struct run *run);	 /* ABORT, and says DONE */

/* Kills launcher and init and forgets the run, unless it is ready. For the end of the driver. */
void run_release(struct run *run);

#endif
