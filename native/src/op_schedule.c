/* Operations on how the kernel schedules a process: init itself, or by the driver from outside. */
#include "context.h"
#include "sys.h"

#include <string.h>

#define WHO_PROCESS_GROUP 2 /* IOPRIO_WHO_PGRP */

enum { CPUS_MAX = 8192 }; /* the most that a kernel can be built for */

/* struct sched_attr of include/uapi/linux/sched/types.h, as of Linux 5.3. */
struct kernel_sched_attr {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
	uint32_t util_min, util_max;
};

int run_set_cpu_affinity(struct context *context, const struct op_set_cpu_affinity *op)
{
	static uint8_t all[CPUS_MAX / 8];
	const uint8_t *mask = op->cpus.at;
	size_t size = op->cpus.size;
	step(context, STEP_SET_CPU_AFFINITY_SET);
	if (size == 0) {
		memset(all, 0xff, sizeof all);
		mask = all;
		size = sizeof all;
	}
	return sys_answer(syscall(__NR_sched_setaffinity, 0L, size, mask));
}

/* For all operations below: the process, which in init's own context is 0, itself. */

int run_set_scheduler(struct context *context, const struct op_set_scheduler *op)
{
	struct kernel_sched_attr attributes = {
		.size = sizeof attributes,
		.policy = op->policy,
		.flags = op->flags,
		.nice = (int32_t)op->nice,
		.priority = op->priority,
		.runtime = op->runtime,
		.deadline = op->deadline,
		.period = op->period,
	};
	step(context, STEP_SET_SCHEDULER_SET);
	return sys_answer(syscall(__NR_sched_setattr, (long)context->init, &attributes, 0UL));
}

int run_set_io_priority(struct context *context, const struct op_set_io_priority *op)
{
	/* Init leads a process group of its own, which has the number of its pid. */
	step(context, STEP_SET_IO_PRIORITY_SET);
	return sys_answer(
		syscall(__NR_ioprio_set, (long)WHO_PROCESS_GROUP, (long)context->init, (unsigned long)op->priority));
}
