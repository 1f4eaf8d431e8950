/* The device filter of a cgroup: one program that minirt attached, however often it is changed. */
#ifndef MINIRT_DEVICE_FILTER_H
#define MINIRT_DEVICE_FILTER_H

#include "failure.h"
#include "program.h"

#include <stdbool.h>

enum device_filter_part { DEVICE_FILTER_LOAD, DEVICE_FILTER_ATTACH };

/*
 * Puts a program (an array of struct bpf_insn) in the place of the one that minirt attached to the cgroup, in one step:
 * there is no moment without a filter, nor with both. If there is none yet it is attached beside those of others. An
 * empty program takes the filter away. `part` says what failed; the kernel's reasons against a program go into the
 * detail. 0 or -errno.
 */
int device_filter_set(int cgroup, struct bytes program, enum device_filter_part *part, struct failure *failure);

#endif
