/* Operations on namespaces other than the mount namespace's contents. */
#include "context.h"
#include "dumpable.h"
#include "fd.h"
#include "own_proc.h"
#include "safe_proc.h"
#include "sys.h"

#include <net/if.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#define NAMESPACE_GET_TYPE 0xb703 /* NS_GET_NSTYPE, _IO(0xb7, 3) */

int run_open_namespace(struct context *context, const struct op_open_namespace *op)
{
	step_on(context, STEP_OPEN_NAMESPACE_OPEN, op->path);
	OWNED namespace = open(op->path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (namespace < 0)
		return -errno;

	step_on(context, STEP_OPEN_NAMESPACE_TYPE, op->path);
	int type = ioctl(namespace, NAMESPACE_GET_TYPE);
	if (type < 0 || (uint32_t)type != op->type)
		return -EINVAL;
	return fill_slot(context, op->namespace, take(&namespace));
}

static int join_user(struct context *context, int namespace)
{
	step(context, STEP_JOIN_NAMESPACES_USER);
	int answer = sys_setns(namespace, CLONE_NEWUSER_FLAG);
	/* The change of credentials may have made us traceable for the processes of the namespace. */
	return answer < 0 ? answer : set_dumpable(false);
}

int run_join_namespaces(struct context *context, const struct op_join_namespaces *op)
{
	/* Bit per entry: what has to wait for the user namespace. More than the kinds of namespaces makes no sense. */
	uint64_t waiting = 0;
	bool joined_user = false, has_user = false;
	if (op->slots.count > 64 || op->types.count != op->slots.count)
		return -EINVAL;
	for (uint32_t i = 0; i < op->types.count; i++)
		has_user |= number_at(&op->types, i) == CLONE_NEWUSER_FLAG;

	for (uint32_t i = 0; i < op->slots.count; i++) {
		uint32_t type = number_at(&op->types, i);
		int namespace = slot(context, number_at(&op->slots, i));
		if (type == CLONE_NEWUSER_FLAG) {
			int answer = join_user(context, namespace);
			if (answer < 0)
				return answer;
			joined_user = true;
			continue;
		}
		step(context, STEP_JOIN_NAMESPACES_JOIN);
		int answer = sys_setns(namespace, type);
		if (answer == -EPERM && has_user && !joined_user)
			waiting |= UINT64_C(1) << i;
		else if (answer < 0)
			return answer;
	}
	for (uint32_t i = 0; i < op->slots.count; i++) {
		if ((waiting >> i & 1) == 0)
			continue;
		step(context, STEP_JOIN_NAMESPACES_JOIN);
		int answer = sys_setns(slot(context, number_at(&op->slots, i)), number_at(&op->types, i));
		if (answer < 0)
			return answer;
	}
	return 0;
}

int run_create_time_namespace(struct context *context, const struct op_create_time_namespace *op)
{
	step(context, STEP_CREATE_TIME_NAMESPACE_UNSHARE);
	int answer = sys_unshare(CLONE_NEWTIME_FLAG);
	if (answer < 0 || op->offsets[0] == '\0')
		return answer;

	step(context, STEP_CREATE_TIME_NAMESPACE_OFFSETS);
	return write_own_proc(context, "/proc/self/timens_offsets", op->offsets);
}

int run_create_cgroup_namespace(struct context *context, const struct op_create_cgroup_namespace *op)
{
	(void)op;
	step(context, STEP_CREATE_CGROUP_NAMESPACE_UNSHARE);
	return sys_unshare(CLONE_NEWCGROUP_FLAG);
}

int run_become_namespace_root(struct context *context, const struct op_become_namespace_root *op)
{
	step(context, STEP_BECOME_NAMESPACE_ROOT_GROUPS);
	int answer = sys_setgroups(0, NULL);
	/* A namespace in which setgroups is denied: the groups cannot be given up, only be nobody's. */
	if (answer < 0 && answer != -EPERM)
		return answer;

	step(context, STEP_BECOME_NAMESPACE_ROOT_GID);
	answer = sys_setresgid(op->gid);
	if (answer < 0)
		return answer;

	step(context, STEP_BECOME_NAMESPACE_ROOT_UID);
	answer = sys_setresuid(op->uid);
	return answer < 0 ? answer : set_dumpable(false);
}

int run_set_hostname(struct context *context, const struct op_set_hostname *op)
{
	step(context, STEP_SET_HOSTNAME_SET);
	return sethostname(op->name, strlen(op->name)) < 0 ? -errno : 0;
}

int run_set_domainname(struct context *context, const struct op_set_domainname *op)
{
	step(context, STEP_SET_DOMAINNAME_SET);
	return setdomainname(op->name, strlen(op->name)) < 0 ? -errno : 0;
}

int run_bring_up_loopback(struct context *context, const struct op_bring_up_loopback *op)
{
	(void)op;
	/* Any socket will do for the ioctls of an interface; this kind every kernel has. */
	step(context, STEP_BRING_UP_LOOPBACK_SOCKET);
	OWNED anything = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (anything < 0)
		return -errno;

	step(context, STEP_BRING_UP_LOOPBACK_UP);
	struct ifreq interface = {.ifr_name = "lo"};
	if (ioctl(anything, SIOCGIFFLAGS, &interface) < 0)
		return -errno;
	interface.ifr_flags |= IFF_UP;
	return ioctl(anything, SIOCSIFFLAGS, &interface) < 0 ? -errno : 0;
}

int run_open_proc(struct context *context, const struct op_open_proc *op)
{
	(void)op;
	step(context, STEP_OPEN_PROC_OPEN);
	OWNED proc = safe_proc_create();
	if (proc < 0) {
		int error = proc;
		proc = safe_proc_clone();
		if (proc < 0)
			return error;
		context->branch = BRANCH_OPEN_PROC_CLONED;
	}

	step(context, STEP_OPEN_PROC_VERIFY);
	int answer = safe_proc_verify(proc);
	if (answer < 0)
		return answer;
	replace(&context->proc, take(&proc));
	return 0;
}

int run_write_sysctl(struct context *context, const struct op_write_sysctl *op)
{
	step_on(context, STEP_WRITE_SYSCTL_OPEN, op->path);
	char path[512] = "sys/";
	size_t length = strlen(op->path);
	if (length == 0 || length >= sizeof path - 4)
		return -ENAMETOOLONG;
	for (const char *at = op->path; *at != '\0'; at += strspn(at, "/")) {
		size_t name = strcspn(at, "/");
		/* Beneath /proc/sys, not only beneath /proc. */
		if (name == 0 || (name <= 2 && strspn(at, ".") >= name))
			return -EINVAL;
		at += name;
	}
	memcpy(path + 4, op->path, length + 1);
	OWNED file = safe_proc_open(context->proc, path, O_WRONLY);
	if (file < 0)
		return file;

	step_on(context, STEP_WRITE_SYSCTL_WRITE, op->path);
	return write_at_once(file, op->value);
}
