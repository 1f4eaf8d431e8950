#include "program.h"

#include <errno.h>
#include <sys/mman.h>

/* What has been seen of the program so far, to check that its operations stand where they may. */
struct progress {
	struct slot_record slots;
	bool cloned, ready, executed;
};

/* Decodes the payload, which checks its fields and slots. */
static int check_fields(uint32_t opcode, struct reader *reader)
{
	switch (opcode) {
#define CHECK(NAME, name, contexts)                                                                                    \
	case OP_##NAME: {                                                                                              \
		struct op_##name op;                                                                                   \
		return decode_op_##name(reader, &op);                                                                  \
	}
		FOR_EACH_OP(CHECK)
#undef CHECK
	default:
		return -1;
	}
}

static uint32_t permitted_contexts(uint32_t opcode)
{
	switch (opcode) {
#define CONTEXTS(NAME, name, contexts)                                                                                 \
	case OP_##NAME:                                                                                                \
		return contexts;
		FOR_EACH_OP(CONTEXTS)
#undef CONTEXTS
	default:
		return 0;
	}
}

/* JoinNamespaces names its slots as numbers, which the field's type does not check. */
static bool namespaces_are_open(struct reader reader, const struct slot_record *slots)
{
	struct op_join_namespaces op;
	if (decode_op_join_namespaces(&reader, &op) < 0 || op.slots.count != op.types.count)
		return false;
	for (uint32_t i = 0; i < op.slots.count; i++)
		if (!slot_is_open(slots, number_at(&op.slots, i)))
			return false;
	return true;
}

/* Returns the rule that the operation breaks, or NULL. */
static const char *check_operation(struct program *program, uint32_t index, struct progress *progress)
{
	const struct op_head *head = &program->ops[index];
	uint32_t contexts = permitted_contexts(head->opcode);
	if (contexts == 0)
		return "opcode";
	if ((head->context & contexts) == 0 || (head->context & (head->context - 1)) != 0)
		return "context";
	if (progress->executed)
		return "operation behind Execute";
	if ((head->context == CONTEXT_LAUNCHER) == progress->cloned)
		return "order of launcher, CloneInit and init";

	struct reader reader = program_payload(program, index);
	reader.slots = &progress->slots;
	if (check_fields(head->opcode, &reader) < 0)
		return "fields";

	switch (head->opcode) {
	case OP_CLONE_INIT:
		progress->cloned = true;
		program->clone_index = index;
		return NULL;
	case OP_JOIN_NAMESPACES:
		return namespaces_are_open(program_payload(program, index), &progress->slots) ? NULL : "slots";
	case OP_READY:
		if (progress->ready)
			return "second Ready";
		progress->ready = true;
		return NULL;
	case OP_SET_CAPABILITIES: {
		struct op_set_capabilities op;
		struct reader again = program_payload(program, index);
		if (decode_op_set_capabilities(&again, &op) < 0)
			return "fields";
		program->effective = op.effective;
		return NULL;
	}
	case OP_EXECUTE: {
		struct op_execute op;
		struct reader again = program_payload(program, index);
		if (decode_op_execute(&again, &op) < 0)
			return "fields";
		program->argument_count = op.args.count;
		program->environment_count = op.env.count;
		progress->executed = true;
		return NULL;
	}
	default:
		/* What the driver does for init ends with the dialogue, which Ready ends. */
		return head->context == CONTEXT_DRIVER && progress->ready ? "driver operation behind Ready" : NULL;
	}
}

static const char *check_header(struct program *program, size_t size)
{
	const uint8_t *at = program->bytes;
	if (size < PROGRAM_HEADER || size > PROGRAM_SIZE_MAX)
		return "size";
	if (decode_u32(at) != PROGRAM_MAGIC)
		return "magic";
	if (decode_u64(at + 4) != OPS_HASH)
		return "hash of the operations' table";
	program->size = decode_u32(at + 12);
	program->op_count = decode_u32(at + 16);
	program->slot_count = decode_u32(at + 20);
	program->preserved = decode_u32(at + 24);
	if (program->size != size)
		return "size";
	if (program->op_count == 0 || program->op_count > PROGRAM_OPS_MAX)
		return "number of operations";
	if (program->slot_count > SLOTS_MAX)
		return "number of slots";
	if (program->preserved > 65536)
		return "preserved descriptors";
	if (decode_u32(at + 28) > 1)
		return "times";
	program->timed = decode_u32(at + 28) == 1;
	return NULL;
}

static const char *make_index(struct program *program, struct failure *failure)
{
	struct progress progress = {.slots = {.count = program->slot_count}};
	uint32_t offset = PROGRAM_HEADER;
	for (uint32_t i = 0; i < program->op_count; i++) {
		failure->index = i;
		if (program->size - offset < OPERATION_HEADER)
			return "size";
		const uint8_t *at = program->bytes + offset;
		struct op_head *head = &program->ops[i];
		*head = (struct op_head){
			decode_u32(at), decode_u32(at + 4), offset + OPERATION_HEADER, decode_u32(at + 8)};
		if (head->size > program->size - head->offset)
			return "size";
		const char *broken = check_operation(program, i, &progress);
		if (broken != NULL)
			return broken;
		offset = head->offset + head->size;
	}
	if (offset != program->size)
		return "size";
	return progress.cloned ? NULL : "CloneInit is missing";
}

int program_read(struct program *program, const void *bytes, size_t size, struct failure *failure)
{
	*program = (struct program){.bytes = bytes, .effective = UINT64_MAX};
	failure->index = 0;
	failure->step = STEP_PROGRAM;
	failure->error = EPROTO;
	const char *broken = check_header(program, size);
	if (broken == NULL) {
		void *ops = mmap(NULL, program->op_count * sizeof *program->ops, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		if (ops == MAP_FAILED) {
			failure->error = ENOMEM;
			detail_set(failure, "index");
			return -ENOMEM;
		}
		program->ops = ops;
		broken = make_index(program, failure);
	}
	if (broken == NULL)
		return 0;
	detail_set(failure, broken);
	program_free(program);
	return -EPROTO;
}

void program_free(struct program *program)
{
	if (program->ops != NULL)
		munmap(program->ops, program->op_count * sizeof *program->ops);
	program->ops = NULL;
}
