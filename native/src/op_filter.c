/* AttachDeviceFilter. */
#include "context.h"
#include "device_filter.h"

#include <errno.h>

int run_attach_device_filter(struct context *context, const struct op_attach_device_filter *op)
{
	enum device_filter_part part = DEVICE_FILTER_LOAD;
	int answer = op->program.size == 0
			     ? -EINVAL
			     : device_filter_set(slot(context, op->cgroup), op->program, &part, &context->failure);
	step(context, part == DEVICE_FILTER_LOAD ? STEP_ATTACH_DEVICE_FILTER_LOAD : STEP_ATTACH_DEVICE_FILTER_ATTACH);
	return answer;
}
