/* The clock that waits are measured with. */
#ifndef MINIRT_CLOCK_H
#define MINIRT_CLOCK_H

#include <stdint.h>
#include <time.h>

#define NANOSECONDS_PER_SECOND INT64_C(1000000000)
#define NANOSECONDS_PER_MILLISECOND INT64_C(1000000)
#define MILLISECONDS_PER_SECOND INT64_C(1000)

static inline int64_t monotonic_nanoseconds(void)
{
	struct timespec time = {.tv_sec = 0};

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * NANOSECONDS_PER_SECOND + time.tv_nsec;
}

static inline int64_t monotonic_milliseconds(void)
{
	return monotonic_nanoseconds() / NANOSECONDS_PER_MILLISECOND;
}

#endif
