/* Files of the process itself in the runtime's /proc, before there is a container. */
#ifndef MINIRT_OWN_PROC_H
#define MINIRT_OWN_PROC_H

#include "context.h"

/* Writes a text to /proc/self/...; 0 or -errno. */
int write_own_proc(const struct context *context, const char *path, const char *text);

#endif
