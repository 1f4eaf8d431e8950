/* Whether other processes may trace this one and open its descriptors: prctl(2) PR_SET_DUMPABLE. */
#ifndef MINIRT_DUMPABLE_H
#define MINIRT_DUMPABLE_H

#include "sys.h"

#include <stdbool.h>
#include <sys/prctl.h>

static inline int set_dumpable(bool dumpable)
{
	return sys_prctl(PR_SET_DUMPABLE, dumpable, 0);
}

#endif
