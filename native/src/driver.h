/*
 * The driver: keeps what the caller has given (standard streams, descriptors, signals), and does what Java asks for.
 */
#ifndef MINIRT_DRIVER_H
#define MINIRT_DRIVER_H

#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "frames.h"
#include "jvm.h"
#include "run.h"

/* The exit code of what a signal ends is this and its number, as shells have it. */
enum { EXIT_SIGNALLED = 128 };

struct driver {
	char binary[PATH_MAX]; /* this program's file, without symbolic links: HOME/bin/minirt */
	char home[PATH_MAX];   /* the directory of the distribution */
	char **argv, **envp;
	int64_t started;       /* monotonic nanoseconds */
	int64_t connected;     /* the same, when there was a server, or a JVM had been started */
	bool closed[3];	       /* standard streams that the caller has not given: /dev/null holds their numbers */
	sigset_t ignored;      /* signals that the caller has had ignored (nohup): not for anybody */
	int signals;	       /* signalfd of those that ask to stop */
	sigset_t relayed;      /* those that Java was told of */
	unsigned signal_count; /* how many of them there were */
	int last_signal;
	int input;  /* what READ reads: at first standard input */
	int stream; /* to Java */
	struct jvm jvm;
	struct run run;
};

/*
 * Whether the command line has this word. Only for what does no harm if it is meant otherwise: what a command line says
 * is Java's to find out.
 */
bool has_argument(const struct driver *driver, const char *name);

/* HELLO: what can be said before somebody is there to hear it, and the rest. */
void hello_begin(const struct driver *driver, struct draft *draft);
void hello_send(const struct driver *driver, struct draft *draft);

/* Serves Java's requests until it has enough. Returns the exit code. */
int serve(struct driver *driver);

/*
 * Stands for init until it exits: SUPERVISE. Java is let go. With `adopt` processes that init's leave behind become
 * ours. Returns init's exit code, or 128 and the signal that killed it.
 */
int supervise(struct driver *driver, bool adopt, struct texts cleanup);

#endif
