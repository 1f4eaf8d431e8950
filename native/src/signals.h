/* The signal state that a program is executed with. */
#ifndef MINIRT_SIGNALS_H
#define MINIRT_SIGNALS_H

/*
 * Gives every signal its default disposition, also the two that the C library keeps to itself and would refuse: a
 * caller's JVM or Go program may have ignored them, and execve keeps ignored signals ignored. Returns 0 or -errno.
 */
int signals_reset(void);

/* Empties the signal mask. Returns 0 or -errno. */
int signals_unblock(void);

#endif
