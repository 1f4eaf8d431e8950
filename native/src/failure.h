/* What went wrong, in the words of ops.def: which operation, which of its steps, errno and the object concerned. */
#ifndef MINIRT_FAILURE_H
#define MINIRT_FAILURE_H

#include <stddef.h>
#include <stdint.h>

#define DETAIL_MAX 4096

/* The step of a failure that belongs to no operation's step: the program itself is wrong (protocol error). */
#define STEP_PROGRAM UINT32_MAX

struct failure {
	uint32_t index;		 /* of the operation in its program */
	uint32_t step;		 /* of the operation */
	int32_t error;		 /* errno (positive); exit status or signal where the step says so */
	size_t length;		 /* of the detail */
	char detail[DETAIL_MAX]; /* a path, an option, a text of the kernel; with a NUL behind it */
};

/* Appends as much as fits. */
void detail_add(struct failure *failure, const char *text, size_t length);

/* Makes the detail this text. */
void detail_set(struct failure *failure, const char *text);

#endif
