/* AttachDeviceFilter: bpf(2). */
#include "context.h"
#include "fd.h"
#include "sys.h"

#include <string.h>

#define BPF_LOAD 5u
#define BPF_ATTACH 8u
#define PROGRAM_TYPE_CGROUP_DEVICE 15u
#define ATTACH_TYPE_CGROUP_DEVICE 6u
#define ALLOW_MULTIPLE 2u

struct program_load {
	uint32_t type, instruction_count;
	uint64_t instructions, license;
	uint32_t log_level, log_size;
	uint64_t log;
	uint32_t kernel_version, flags;
	char name[16];
};

struct program_attach {
	uint32_t target, program, type, flags;
};

/*
 * The attribute of bpf(2), all of it: kernels from 6.17 write behind a shorter one. Beyond the fields that are used it
 * is zero, which every kernel accepts.
 */
union bpf_attribute {
	struct program_load load;
	struct program_attach attach;
	unsigned char whole[256];
};

static char verifier_log[16384];

static int load(const struct bytes *program, bool with_log)
{
	union bpf_attribute attribute;
	memset(&attribute, 0, sizeof attribute);
	attribute.load.type = PROGRAM_TYPE_CGROUP_DEVICE;
	attribute.load.instruction_count = program->size / 8;
	attribute.load.instructions = (uint64_t)(uintptr_t)program->at;
	attribute.load.license = (uint64_t)(uintptr_t) "Apache-2.0";
	if (with_log) {
		attribute.load.log_level = 1;
		attribute.load.log_size = sizeof verifier_log;
		attribute.load.log = (uint64_t)(uintptr_t)verifier_log;
	}
	for (int attempt = 0;; attempt++) {
		int fd = sys_bpf(BPF_LOAD, &attribute, sizeof attribute);
		/* The verifier gives up when a signal is pending. */
		if ((fd != -EAGAIN && fd != -EINTR) || attempt == 5)
			return fd;
	}
}

/* The end of the log says what is wrong. */
static void log_tail(struct failure *failure)
{
	size_t length = strnlen(verifier_log, sizeof verifier_log);
	while (length > 0 && verifier_log[length - 1] == '\n')
		length--;
	size_t start = length > 1024 ? length - 1024 : 0;
	detail_add(failure, verifier_log + start, length - start);
}

int run_attach_device_filter(struct context *context, const struct op_attach_device_filter *op)
{
	step(context, STEP_ATTACH_DEVICE_FILTER_LOAD);
	if (op->program.size == 0 || op->program.size % 8 != 0)
		return -EINVAL;
	OWNED program = load(&op->program, false);
	if (program < 0) {
		int again = load(&op->program, true);
		log_tail(&context->failure);
		if (again < 0)
			return program;
		program = again;
	}

	step(context, STEP_ATTACH_DEVICE_FILTER_ATTACH);
	union bpf_attribute attribute;
	memset(&attribute, 0, sizeof attribute);
	attribute.attach.target = (uint32_t)slot(context, op->cgroup);
	attribute.attach.program = (uint32_t)program;
	attribute.attach.type = ATTACH_TYPE_CGROUP_DEVICE;
	attribute.attach.flags = ALLOW_MULTIPLE;
	return sys_bpf(BPF_ATTACH, &attribute, sizeof attribute);
}
