/* Copies what a new mount is going to cover into it (the mount option "tmpcopyup"). */
#ifndef MINIRT_COPY_UP_H
#define MINIRT_COPY_UP_H

#include "failure.h"

/*
 * Copies the directory `from` (hostile: nothing in it is followed) into the empty directory `to`, both handles:
 * directories, files, symbolic links, devices and FIFOs, with modes, owners and times, and extended attributes where
 * possible. Returns 0, or -errno with the path below `from` in the detail.
 */
int copy_up(int from, int to, struct failure *failure);

#endif
