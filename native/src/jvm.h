/* The Java virtual machine that decides what the driver does, as the driver's child. */
#ifndef MINIRT_JVM_H
#define MINIRT_JVM_H

#include <stdbool.h>
#include <sys/types.h>

#include "decode.h"

struct jvm {
	pid_t pid;  /* 0 once it is reaped */
	int output; /* what it writes to its stdout and stderr; in memory, for the case that it dies */
};

/*
 * Starts it with the arguments that are in the file lib/minirt.options below home, one per line, @HOME@ standing for
 * home; a line that begins with @BRIEF@ or @OTHER@ is for commands that are brief (brief.h), or for all others. Nothing
 * of the caller's gets through to it: no environment (JAVA_TOOL_OPTIONS, LD_PRELOAD), no descriptors, no signals of the
 * terminal. It does not survive the driver. Returns the stream to it, or -1 after having complained.
 */
int jvm_start(struct jvm *jvm, const char *home, bool brief);

/*
 * Becomes a JVM that serves: with the listening socket for descriptor 0, standard output and error as they are, a lock
 * that it holds by having it (or -1), and more arguments in place of the main class. The argument @LISTENING@ stands
 * for `path`. Returns after having complained.
 */
void jvm_become_server(const char *home, int socket, int lock, const char *path, struct texts arguments);

/* Ends it, if it has not ended, and reaps it. */
void jvm_end(struct jvm *jvm);

/*
 * It has closed its stream without leave. Complains in one line with its exit status and the beginning of what it
 * wrote; if verbose, with all that it wrote.
 */
void jvm_mourn(struct jvm *jvm, bool verbose);

#endif
