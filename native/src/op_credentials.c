/* Operations on the credentials of the process: ids, capabilities, seccomp. */
#include "context.h"
#include "decimal.h"
#include "dumpable.h"
#include "sys.h"

#include <string.h>
#include <sys/prctl.h>

#define CAPABILITIES_MAX 64
#define GROUPS_MAX 65536 /* NGROUPS_MAX of the kernel */
#define SECCOMP_SET_FILTER 1u
#define FILTER_MAX 4096 /* BPF_MAXINSNS */

static bool has(uint64_t set, unsigned capability)
{
	return (set >> capability & 1) != 0;
}

static void step_on_capability(struct context *context, uint32_t number, unsigned capability)
{
	char text[DECIMAL_MAX];
	write_decimal(text, capability);
	step_on(context, number, text);
}

int run_drop_bounding_capabilities(struct context *context, const struct op_drop_bounding_capabilities *op)
{
	step(context, STEP_DROP_BOUNDING_CAPABILITIES_AMBIENT);
	int answer = sys_prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0);
	if (answer < 0)
		return answer;

	for (unsigned capability = 0; capability < CAPABILITIES_MAX; capability++) {
		int present = sys_prctl(PR_CAPBSET_READ, capability, 0);
		if (present < 0)
			return 0; /* the kernel knows no more of them */
		if (present == 0 || has(op->keep, capability))
			continue;
		step_on_capability(context, STEP_DROP_BOUNDING_CAPABILITIES_DROP, capability);
		answer = sys_prctl(PR_CAPBSET_DROP, capability, 0);
		if (answer < 0)
			return answer;
	}
	return 0;
}

int run_set_groups(struct context *context, const struct op_set_groups *op)
{
	static uint32_t groups[GROUPS_MAX];
	step(context, STEP_SET_GROUPS_SET);
	if (op->groups.count > GROUPS_MAX)
		return -EINVAL;
	for (uint32_t i = 0; i < op->groups.count; i++)
		groups[i] = number_at(&op->groups, i);
	int answer = sys_setgroups(op->groups.count, groups);
	if (answer == -EPERM && op->may_be_denied) {
		context->branch = BRANCH_SET_GROUPS_DENIED;
		return 0;
	}
	return answer;
}

int run_set_identity(struct context *context, const struct op_set_identity *op)
{
	step(context, STEP_SET_IDENTITY_KEEP);
	int answer = sys_prctl(PR_SET_KEEPCAPS, 1, 0);
	if (answer < 0)
		return answer;

	step(context, STEP_SET_IDENTITY_GID);
	answer = sys_setresgid(op->gid);
	if (answer < 0)
		return answer;

	step(context, STEP_SET_IDENTITY_UID);
	answer = sys_setresuid(op->uid);
	if (answer < 0)
		return answer;

	/* What follows still needs them: a seccomp filter without no_new_privs, the capability sets themselves. */
	step(context, STEP_SET_IDENTITY_RAISE);
	struct kernel_capabilities sets;
	answer = sys_capget(&sets);
	if (answer == 0) {
		sets.effective = sets.permitted;
		answer = sys_capset(&sets);
	}
	if (answer == 0)
		answer = sys_prctl(PR_SET_KEEPCAPS, 0, 0);
	return answer < 0 ? answer : set_dumpable(false);
}

static uint64_t bounding_set(void)
{
	uint64_t set = 0;
	for (unsigned capability = 0; capability < CAPABILITIES_MAX; capability++) {
		int present = sys_prctl(PR_CAPBSET_READ, capability, 0);
		if (present < 0)
			break;
		if (present > 0)
			set |= UINT64_C(1) << capability;
	}
	return set;
}

int run_set_capabilities(struct context *context, const struct op_set_capabilities *op)
{
	/* What cannot be granted is left out: config.md says that the runtime should not fail then. */
	step(context, STEP_SET_CAPABILITIES_SET);
	struct kernel_capabilities now, sets;
	int answer = sys_capget(&now);
	if (answer < 0)
		return answer;
	sets.permitted = op->permitted & now.permitted;
	sets.effective = op->effective & sets.permitted;
	sets.inheritable = op->inheritable & (now.inheritable | (now.permitted & bounding_set()));
	answer = sys_capset(&sets);
	if (answer < 0)
		return answer;

	step(context, STEP_SET_CAPABILITIES_AMBIENT);
	answer = sys_prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0);
	if (answer < 0)
		return answer;
	uint64_t ambient = op->ambient & sets.permitted & sets.inheritable;
	for (unsigned capability = 0; capability < CAPABILITIES_MAX; capability++) {
		if (!has(ambient, capability))
			continue;
		step_on_capability(context, STEP_SET_CAPABILITIES_AMBIENT, capability);
		answer = sys_prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability);
		if (answer < 0)
			return answer;
	}
	return 0;
}

int run_set_no_new_privileges(struct context *context, const struct op_set_no_new_privileges *op)
{
	(void)op;
	step(context, STEP_SET_NO_NEW_PRIVILEGES_SET);
	return sys_prctl(PR_SET_NO_NEW_PRIVS, 1, 0);
}

int run_probe_seccomp(struct context *context, const struct op_probe_seccomp *op)
{
	/* The kernel looks at the flags before it looks at the filter, which is missing. */
	step(context, STEP_PROBE_SECCOMP_PROBE);
	int answer = sys_seccomp(SECCOMP_SET_FILTER, op->flags, NULL);
	return answer == -EFAULT ? 0 : answer < 0 ? answer : -EINVAL;
}

int run_load_seccomp(struct context *context, const struct op_load_seccomp *op)
{
	struct {
		uint16_t count;
		const uint8_t *filter;
	} program = {.count = (uint16_t)(op->filter.size / 8), .filter = op->filter.at};
	step(context, STEP_LOAD_SECCOMP_LOAD);
	if (op->filter.size == 0 || op->filter.size % 8 != 0 || op->filter.size / 8 > FILTER_MAX)
		return -EINVAL;
	uint32_t next = context->index + 1;
	int answer = 0;
	if (next < context->program->op_count && context->program->ops[next].opcode == OP_EXECUTE)
		answer = prepare_execution(context);
	if (answer == 0)
		answer = sys_seccomp(SECCOMP_SET_FILTER, op->flags, &program);
	return answer < 0 ? answer : 0;
}
