/* Which commands end so soon that a JVM is started differently for them. */
#ifndef MINIRT_BRIEF_H
#define MINIRT_BRIEF_H

#include <stdbool.h>

/*
 * Whether a command line is for one of the small commands, whose classes are in a cache of their own. A guess, and no
 * by default: what the words mean is for Java to find out, which does the same either way and needs only more time when
 * the guess was wrong.
 */
bool brief_is(char *const *argv);

#endif
