#include "times.h"

#include <time.h>

#include "clock.h"

uint64_t times_now(void)
{
	struct timespec time = {.tv_sec = 0};

	clock_gettime(CLOCK_REALTIME, &time);
	return (uint64_t)time.tv_sec * (uint64_t)NANOSECONDS_PER_SECOND + (uint64_t)time.tv_nsec;
}

uint64_t times_since(uint64_t begun)
{
	uint64_t now = times_now();

	return now > begun ? now - begun : 0;
}
