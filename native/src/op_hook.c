/* RunHook and Synchronize: what init lets others do. */
#include "context.h"
#include "control.h"
#include "decimal.h"
#include "hook.h"
#include "sys.h"

#include <string.h>

static struct hook_outcome outcome;

static int begin(struct context *context)
{
	return context->control < 0 ? 0 : control_send_number(context->control, CONTROL_BEGUN, context->index);
}

static struct iovec part(const void *at, size_t size)
{
	return (struct iovec){.iov_base = (void *)(uintptr_t)at, .iov_len = size};
}

/* The step that failed, what the hook wrote, and its status in the place of errno. */
static int failed(struct context *context, uint32_t number, int value)
{
	step(context, number);
	context->failure.length = 0;
	detail_add(&context->failure, outcome.output, outcome.output_length);
	context->failure.error = value;
	return -ECANCELED;
}

int run_run_hook(struct context *context, const struct op_run_hook *op)
{
	char pid[DECIMAL_MAX];
	size_t pid_length = write_decimal(pid, getpid());
	struct hook_request request = {
		.path = op->path,
		.args = op->args,
		.env = op->env,
		.timeout_seconds = op->timeout,
		.directory = op->directory,
		.stdin_parts = {part(op->state_before.at, op->state_before.size), part(pid, pid_length),
			part(op->state_after.at, op->state_after.size)},
		.parts = 3,
		/* Readable means that the driver is gone: it says nothing while we work. */
		.interrupt = context->control < 0 ? 0 : context->control,
	};
	step_on(context, STEP_RUN_HOOK_SPAWN, op->path);
	int answer = begin(context);
	if (answer < 0)
		return answer;
	mode_t mask = umask(context->caller_umask);
	if (context->umask_is_set)
		umask(mask);
	answer = hook_run(&request, &outcome);
	umask(mask);
	if (answer < 0)
		return answer;
	switch ((enum hook_kind)outcome.kind) {
	case HOOK_EXITED:
		return outcome.value == 0 ? 0 : failed(context, STEP_RUN_HOOK_STATUS, outcome.value);
	case HOOK_SIGNALLED:
		return failed(context, STEP_RUN_HOOK_SIGNAL, outcome.value);
	case HOOK_TIMED_OUT:
		return failed(context, STEP_RUN_HOOK_TIMEOUT, ETIMEDOUT);
	case HOOK_NOT_STARTED:
		return failed(context, STEP_RUN_HOOK_EXEC, outcome.value);
	}
	return -EPROTO;
}

int run_synchronize(struct context *context, const struct op_synchronize *op)
{
	step(context, STEP_SYNCHRONIZE_WAIT);
	int answer = begin(context);
	if (answer == 0)
		answer = control_send_number(context->control, CONTROL_REACHED, op->point);
	return answer < 0 ? answer : control_wait(context->control);
}
