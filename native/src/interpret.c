#include "interpret.h"
#include "control.h"
#include "dumpable.h"
#include "times.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

void context_begin(struct context *context, const struct program *program, int control)
{
	memset(context, 0, sizeof *context);
	context->program = program;
	context->control = control;
	context->started = -1;
	context->root = -1;
	context->proc = -1;
	context->empty_directory = -1;
	for (uint32_t i = 0; i < SLOTS_MAX; i++)
		context->slots[i] = -1;
}

void close_slots(struct context *context)
{
	for (uint32_t i = 0; i < context->program->slot_count; i++) {
		if (context->slots[i] < 0 || (context->lasting[i / 8] >> i % 8 & 1) != 0)
			continue;
		close(context->slots[i]);
		context->slots[i] = -1;
	}
}

int run_operation(struct context *context, uint32_t index)
{
	struct reader reader = program_payload(context->program, index);
	context->index = index;
	context->branch = 0;
	context->failure.index = index;
	context->failure.step = 0;
	context->failure.error = 0;
	context->failure.length = 0;
	context->failure.detail[0] = '\0';
	switch (context->program->ops[index].opcode) {
#define RUN(NAME, name, contexts)                                                                                      \
	case OP_##NAME: {                                                                                              \
		struct op_##name op;                                                                                   \
		if (decode_op_##name(&reader, &op) < 0)                                                                \
			return -EPROTO;                                                                                \
		return run_##name(context, &op);                                                                       \
	}
		FOR_EACH_OP(RUN)
#undef RUN
	default:
		return -EPROTO;
	}
}

/* Has the driver run the operation while we wait. */
static int give_turn(struct context *context, uint32_t index)
{
	/*
	 * An unprivileged driver may write our id mappings only while the files of /proc/PID are ours, not root's:
	 * while we are dumpable. Nobody else is in our namespaces yet.
	 */
	bool expose = !context->owns_proc_files && context->program->ops[index].opcode == OP_WRITE_ID_MAPPINGS;
	context->failure.index = index;
	context->failure.step = 0;
	context->failure.error = 0;
	context->failure.length = 0;
	context->failure.detail[0] = '\0';
	int answer = expose ? set_dumpable(true) : 0;
	if (answer == 0)
		answer = control_send_number(context->control, CONTROL_BEGUN, index);
	if (answer == 0)
		answer = control_send_number(context->control, CONTROL_DRIVER_TURN, index);
	if (answer == 0)
		answer = control_wait(context->control);
	if (answer == 0 && expose)
		answer = set_dumpable(false);
	return answer;
}

int tell_times(const struct context *context)
{
	if (context->times == NULL)
		return 0;
	return control_send_times(context->control, context->beginning, context->times, context->index);
}

int interpret(struct context *context)
{
	for (uint32_t i = 0; i < context->program->op_count; i++) {
		bool for_driver = context->program->ops[i].context == CONTEXT_DRIVER;
		uint64_t begun = context->times != NULL ? times_now() : 0;
		int answer = for_driver ? give_turn(context, i) : run_operation(context, i);
		if (context->times != NULL)
			context->times[i] = times_since(begun);
		if (answer < 0)
			return answer;
		if (!for_driver && context->branch != 0 && context->control >= 0) {
			answer = control_note_branch(context->control, i, context->branch);
			if (answer < 0)
				return answer;
		}
	}
	return 0;
}
