/*
 * A procfs that no container can redirect (CVE-2025-52881): opened by us, attached nowhere, verified to be the root of
 * a procfs, and looked up beneath without crossing mounts or following magic links.
 */
#ifndef MINIRT_SAFE_PROC_H
#define MINIRT_SAFE_PROC_H

#include <stdint.h>

/* A new instance of procfs for the caller's pid namespace, or -errno. */
int safe_proc_create(void);

/* A detached copy of the mount at /proc, or -errno. */
int safe_proc_clone(void);

/* 0 if the descriptor is the root directory of a procfs, -EXDEV if it is something else. */
int safe_proc_verify(int proc);

/* Opens a file below it. */
int safe_proc_open(int proc, const char *path, uint64_t flags);

/* Writes the text in one write(2), as the files of procfs want it. */
int write_at_once(int file, const char *text);

#endif
