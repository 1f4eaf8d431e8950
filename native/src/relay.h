/*
 * Copies between the caller's standard streams and the terminal of a process in the foreground, whose other side init
 * has given to the driver (RelayTerminal). The caller's terminal is raw meanwhile: keys, the one for interrupt among
 * them, are the process's to interpret.
 */
#ifndef MINIRT_RELAY_H
#define MINIRT_RELAY_H

#include <poll.h>
#include <stdbool.h>

/* Whether the caller has a terminal: as one of its standard streams, or as its controlling terminal. */
bool relay_has_terminal(void);

/*
 * Whether the descriptor holds a pseudoterminal. It then gets the size of the caller's terminal, if that has one:
 * before the process begins, which looks at it only once.
 */
bool relay_adopt(int master);

/* There is one relay in a driver, since there is one process in its foreground. Takes over the descriptor. */
void relay_begin(int master);

enum { RELAY_POLLED = 4 };

/* Fills in what is to be polled for; returns the milliseconds after which relay_proceed() is due anyway, or -1. */
int relay_poll(struct pollfd fds[RELAY_POLLED]);

/* Copies what can be copied without waiting. */
void relay_proceed(const struct pollfd fds[RELAY_POLLED]);

/* The size of the caller's terminal has changed: SIGWINCH. */
void relay_resize(void);

/* We were stopped, and the shell has used the terminal since: SIGCONT. */
void relay_resume(void);

/*
 * The process has ended: what it has written last is written out, until that is done or a signal that means stop
 * becomes readable from `signals`. The caller's terminal becomes what it was.
 */
void relay_end(int signals);

#endif
