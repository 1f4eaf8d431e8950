/* Steps that several operations on mounts share. */
#ifndef MINIRT_MOUNTS_H
#define MINIRT_MOUNTS_H

#include "context.h"

/* A detached copy of the mount that a descriptor refers to, with those below it if recursive. A descriptor or -errno.
 */
int mount_clone(int mount, bool recursive);

/* Changes attributes of a mount; an access time mode that is set replaces the one that was. 0 or -errno. */
int mount_set_attributes(int mount, bool recursive, uint64_t set, uint64_t clear);

/* Changes the propagation type: one MS_* bit, possibly with MS_REC; 0 leaves it as it is. */
int mount_set_propagation(int mount, uint32_t bits);

/* Each of them in order. */
int mount_set_propagations(int mount, const struct numbers *propagations);

/* Sets "key=value" or "key" of a file system context. */
int filesystem_set_option(int filesystem, const char *option);

/* Appends what the kernel wrote about a file system context. */
void filesystem_add_log(struct failure *failure, int filesystem);

/* Whether the path in the root is the root itself. */
bool path_is_root(const char *path);

/* Attaches the mount at the target; at the root it becomes the root that later operations see. */
int mount_attach(struct context *context, int mount, int target, const char *destination);

#endif
