/* Operations of the driver: WriteIdMappings, LimitInitResource. */
#include "decimal.h"
#include "driver_turn.h"
#include "fd.h"
#include "interpret.h"
#include "sys.h"

#include <string.h>

int driver_turn(const struct program *program, uint32_t index, pid_t init, struct failure *failure)
{
	static struct context context; /* large; the driver has one thread and no recursion */
	int answer = -EPROTO;
	context_begin(&context, program, -1);
	context.init = init;
	context.failure.index = index;
	context.failure.step = STEP_PROGRAM;
	if (index < program->op_count && program->ops[index].context == CONTEXT_DRIVER)
		answer = run_operation(&context, index);
	*failure = context.failure;
	failure->error = answer < 0 ? -answer : 0;
	return answer;
}

static int write_whole(pid_t pid, const char *name, const char *text)
{
	char path[64] = "/proc/";
	size_t length = strlen(path);
	length += write_decimal(path + length, pid);
	path[length] = '/';
	strcpy(path + length + 1, name);
	OWNED file = open(path, O_WRONLY | O_CLOEXEC);
	if (file < 0)
		return -errno;
	size_t size = strlen(text);
	ssize_t written = write(file, text, size);
	if (written < 0)
		return -errno;
	return (size_t)written == size ? 0 : -EIO;
}

int run_write_id_mappings(struct context *context, const struct op_write_id_mappings *op)
{
	step(context, STEP_WRITE_ID_MAPPINGS_UIDS);
	int answer = write_whole(context->init, "uid_map", op->uid_map);
	if (answer < 0)
		return answer;

	step(context, STEP_WRITE_ID_MAPPINGS_GIDS);
	answer = write_whole(context->init, "gid_map", op->gid_map);
	if (answer != -EPERM)
		return answer;
	/* user_namespaces(7): a writer without CAP_SETGID must first give up setgroups for the namespace. */
	answer = write_whole(context->init, "setgroups", "deny");
	return answer < 0 ? answer : write_whole(context->init, "gid_map", op->gid_map);
}

int run_limit_init_resource(struct context *context, const struct op_limit_init_resource *op)
{
	uint64_t limit[2] = {op->soft, op->hard};
	step(context, STEP_LIMIT_INIT_RESOURCE_SET);
	return sys_answer(syscall(__NR_prlimit64, (long)context->init, (unsigned long)op->resource, limit, NULL));
}
