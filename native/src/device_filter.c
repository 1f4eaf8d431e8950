/* Device filters: bpf(2). */
#include "device_filter.h"
#include "fd.h"
#include "sys.h"

#include <string.h>

enum {
	BPF_LOAD = 5,
	BPF_ATTACH = 8,
	BPF_DETACH = 9,
	BPF_FD_BY_ID = 13,
	BPF_INFO_BY_FD = 15,
	BPF_QUERY = 16,
	PROGRAM_TYPE_CGROUP_DEVICE = 15,
	ATTACH_TYPE_CGROUP_DEVICE = 6,
	ALLOW_MULTIPLE = 2,
	REPLACE = 4,
	PROGRAMS_MAX = 64, /* BPF_CGROUP_MAX_PROGS */
	ATTEMPTS = 6,
};

/* How we know our own again: those of systemd and of others are none of ours. */
static const char our_name[16] = "minirt_device";

struct program_load {
	uint32_t type, instruction_count;
	uint64_t instructions, license;
	uint32_t log_level, log_size;
	uint64_t log;
	uint32_t kernel_version, flags;
	char name[16];
};

struct program_attach {
	uint32_t target, program, type, flags, replaced;
};

struct program_query {
	uint32_t target, type, flags, attach_flags;
	uint64_t ids;
	uint32_t count;
};

struct info_query {
	uint32_t fd, size;
	uint64_t info;
};

struct program_info {
	uint32_t type, id;
	uint8_t tag[8];
	uint32_t jited_size, translated_size;
	uint64_t jited, translated, load_time;
	uint32_t uid, map_count;
	uint64_t maps;
	char name[16];
};

/*
 * The attribute of bpf(2), all of it: kernels from 6.17 write behind a shorter one. Beyond the fields that are used it
 * is zero, which every kernel accepts.
 */
union bpf_attribute {
	struct program_load load;
	struct program_attach attach;
	struct program_query query;
	struct info_query info;
	uint32_t id;
	unsigned char whole[256];
};

static char verifier_log[16384];

static int load(struct bytes program, bool with_log)
{
	for (int attempt = 1;; attempt++) {
		union bpf_attribute attribute;
		memset(&attribute, 0, sizeof attribute);
		attribute.load.type = PROGRAM_TYPE_CGROUP_DEVICE;
		attribute.load.instruction_count = (uint32_t)(program.size / 8);
		attribute.load.instructions = (uint64_t)(uintptr_t)program.at;
		attribute.load.license = (uint64_t)(uintptr_t) "Apache-2.0";
		memcpy(attribute.load.name, our_name, sizeof our_name);
		if (with_log) {
			attribute.load.log_level = 1;
			attribute.load.log_size = sizeof verifier_log;
			attribute.load.log = (uint64_t)(uintptr_t)verifier_log;
		}
		int fd = sys_bpf(BPF_LOAD, &attribute, sizeof attribute);
		/* The verifier gives up when a signal is pending. */
		if ((fd != -EAGAIN && fd != -EINTR) || attempt == ATTEMPTS)
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

static int load_or_explain(struct bytes program, struct failure *failure)
{
	if (program.size % 8 != 0)
		return -EINVAL;
	int fd = load(program, false);
	if (fd >= 0)
		return fd;
	int again = load(program, true);
	log_tail(failure);
	return again < 0 ? fd : again;
}

/* The device programs of the cgroup itself. Returns their number or -errno. */
static int attached(int cgroup, uint32_t ids[PROGRAMS_MAX])
{
	union bpf_attribute attribute;
	memset(&attribute, 0, sizeof attribute);
	attribute.query.target = (uint32_t)cgroup;
	attribute.query.type = ATTACH_TYPE_CGROUP_DEVICE;
	attribute.query.ids = (uint64_t)(uintptr_t)ids;
	attribute.query.count = PROGRAMS_MAX;
	int answer = sys_bpf(BPF_QUERY, &attribute, sizeof attribute);
	return answer < 0 ? answer : (int)attribute.query.count;
}

/* A descriptor of the program if it is ours, else -1: one that we may not look at is not. */
static int ours(uint32_t id)
{
	union bpf_attribute attribute;
	memset(&attribute, 0, sizeof attribute);
	attribute.id = id;
	OWNED fd = sys_bpf(BPF_FD_BY_ID, &attribute, sizeof attribute);
	if (fd < 0)
		return -1;

	union {
		struct program_info info;
		unsigned char whole[512];
	} answer;
	memset(&answer, 0, sizeof answer);
	memset(&attribute, 0, sizeof attribute);
	attribute.info.fd = (uint32_t)fd;
	attribute.info.size = sizeof answer;
	attribute.info.info = (uint64_t)(uintptr_t)&answer;
	if (sys_bpf(BPF_INFO_BY_FD, &attribute, sizeof attribute) < 0 ||
		memcmp(answer.info.name, our_name, sizeof our_name) != 0)
		return -1;
	return take(&fd);
}

static int attach(int cgroup, int program, int replaced)
{
	union bpf_attribute attribute;
	memset(&attribute, 0, sizeof attribute);
	attribute.attach.target = (uint32_t)cgroup;
	attribute.attach.program = (uint32_t)program;
	attribute.attach.type = ATTACH_TYPE_CGROUP_DEVICE;
	attribute.attach.flags = ALLOW_MULTIPLE;
	if (replaced >= 0) {
		attribute.attach.flags |= REPLACE;
		attribute.attach.replaced = (uint32_t)replaced;
	}
	return sys_bpf(BPF_ATTACH, &attribute, sizeof attribute);
}

static int detach(int cgroup, int program)
{
	union bpf_attribute attribute;
	memset(&attribute, 0, sizeof attribute);
	attribute.attach.target = (uint32_t)cgroup;
	attribute.attach.program = (uint32_t)program;
	attribute.attach.type = ATTACH_TYPE_CGROUP_DEVICE;
	return sys_bpf(BPF_DETACH, &attribute, sizeof attribute);
}

int device_filter_set(int cgroup, struct bytes program, enum device_filter_part *part, struct failure *failure)
{
	OWNED fresh = -1;
	if (program.size > 0) {
		*part = DEVICE_FILTER_LOAD;
		fresh = load_or_explain(program, failure);
		if (fresh < 0)
			return fresh;
	}

	*part = DEVICE_FILTER_ATTACH;
	uint32_t ids[PROGRAMS_MAX];
	int count = attached(cgroup, ids);
	/* Who may not ask may attach all the same, or is told so then. */
	if (count < 0 && fresh < 0)
		return count;
	/* More than one of ours can only be what a killed runtime left in a cgroup that it had not made. */
	bool done = false;
	for (int i = 0; i < count; i++) {
		OWNED old = ours(ids[i]);
		if (old < 0)
			continue;
		int answer = fresh >= 0 && !done ? attach(cgroup, fresh, old) : detach(cgroup, old);
		if (answer < 0)
			return answer;
		done = true;
	}
	return fresh < 0 || done ? 0 : attach(cgroup, fresh, -1);
}
