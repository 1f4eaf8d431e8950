/*
 * Paths inside of the container's root, which is hostile: any component may be, or become, a symbolic link or something
 * else (CVE-2021-30465, CVE-2024-45310 and their family). A path is looked up once, by the kernel, confined to the root
 * (RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS); everything after that uses the descriptor.
 */
#ifndef MINIRT_SAFE_PATH_H
#define MINIRT_SAFE_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* openat2(2) with O_CLOEXEC; EINTR is retried, EAGAIN (a rename or mount meanwhile) for a bounded time. */
int safe_openat2(int directory, const char *path, uint64_t flags, uint64_t resolve);

/* A handle (O_PATH) of what the path names, or -errno. */
int safe_resolve(int root, const char *path, bool refuse_symlinks);

/* What is made if the path names nothing. */
struct safe_target {
	bool refuse_symlinks; /* fail with ELOOP if a component is a symbolic link */
	bool file;	      /* make an empty file rather than a directory */
	mode_t mode;	      /* of the last component, if it is made; 0755 for directories before it */
};

/*
 * A handle of what the path names; missing directories, and then the last component, are made. Another runtime may be
 * making the same ones. A symbolic link that points to nothing is followed inside of the root, and its target made.
 * Sets *made if the last component did not exist (unless made is NULL).
 */
int safe_make(int root, const char *path, const struct safe_target *target, bool *made);

/*
 * A handle of the directory that the last component of the path is in, made if it is missing, and that last component,
 * which points into `path`'s copy in `name`. -EINVAL if there is none, or if it is "..".
 */
int safe_parent(int root, const char *path, char *name, size_t size);

#endif
