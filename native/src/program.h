/* A program: header, validation as a whole, and the index of its operations (docs/protocol.md). */
#ifndef MINIRT_PROGRAM_H
#define MINIRT_PROGRAM_H

#include "failure.h"
#include "ops.h"

#include <stdbool.h>

#define PROGRAM_MAGIC UINT32_C(0x3154524d) /* "MRT1" */
#define PROGRAM_HEADER 32u
#define PROGRAM_SIZE_MAX (32u << 20)
#define PROGRAM_OPS_MAX 65536u
#define OPERATION_HEADER 12u

struct op_head {
	uint32_t opcode, context; /* context: one of CONTEXT_* */
	uint32_t offset, size;	  /* of its payload in the program */
};

struct program {
	const uint8_t *bytes; /* the caller's; must live as long as this */
	uint32_t size;
	uint32_t op_count, slot_count;
	uint32_t preserved;	    /* descriptors 3 to 2 + preserved keep their numbers */
	bool timed;		    /* how long operations take is to be told */
	uint32_t clone_index;	    /* of CloneInit */
	uint32_t argument_count;    /* of Execute, if there is one */
	uint32_t environment_count; /* of Execute, if there is one */
	uint64_t effective;	    /* capabilities that SetCapabilities leaves the process; all, if there is none */
	struct op_head *ops;	    /* mapped memory */
};

/*
 * Validates the whole program and makes its index. Returns 0, -ENOMEM, or -EPROTO with the number of the operation in
 * failure->index and the rule that is broken in failure->detail.
 */
int program_read(struct program *program, const void *bytes, size_t size, struct failure *failure);

/* Releases the index. */
void program_free(struct program *program);

/* A reader of the payload of a validated program's operation. */
static inline struct reader program_payload(const struct program *program, uint32_t index)
{
	const struct op_head *head = &program->ops[index];
	const uint8_t *at = program->bytes + head->offset;
	return (struct reader){.at = at, .end = at + head->size, .slots = NULL};
}

#endif
