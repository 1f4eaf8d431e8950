/* How long operations take, for a program that asks for it (docs/protocol.md). */
#ifndef MINIRT_TIMES_H
#define MINIRT_TIMES_H

#include <stdint.h>

/*
 * Nanoseconds of a clock that shows the same in every time namespace, which init may have other ones of than the
 * launcher. If the clock is set meanwhile, a time is wrong; a difference never is less than 0.
 */
uint64_t times_now(void);
uint64_t times_since(uint64_t begun);

#endif
