/* Files in memory that nobody can change any more. */
#ifndef MINIRT_MEMORY_FILE_H
#define MINIRT_MEMORY_FILE_H

#include <stddef.h>

/*
 * Makes a sealed file of these bytes. Returns a close-on-exec descriptor or -errno.
 */
int memory_file_of_bytes(const char *name, const void *bytes, size_t size);

/*
 * Makes a sealed, executable copy of the program that is running: a container that reaches it through /proc/PID/exe
 * finds nothing to write to (CVE-2019-5736). Returns a close-on-exec descriptor or -errno; -EACCES if the sysctl
 * vm.memfd_noexec forbids executable memory files.
 */
int memory_file_of_self(const char *name);

/* Makes an unsealed one to write to. */
int memory_file(const char *name);

#endif
