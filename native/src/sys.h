/*
 * The system calls that musl has no wrapper for, or a wrapper that does too much, and the kernel's constants for them.
 *
 * Every function returns the kernel's answer or -errno. The numbers from 424 up are the same on all architectures, so
 * they are defined here for a C library that is older than the kernel. Structures and constants are the kernel's ABI
 * (include/uapi/linux), written down here so that the build needs no kernel headers beside musl's.
 */
#ifndef MINIRT_SYS_H
#define MINIRT_SYS_H

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#ifndef __NR_open_tree
#define __NR_open_tree 428
#endif
#ifndef __NR_move_mount
#define __NR_move_mount 429
#endif
#ifndef __NR_fsopen
#define __NR_fsopen 430
#endif
#ifndef __NR_fsconfig
#define __NR_fsconfig 431
#endif
#ifndef __NR_fsmount
#define __NR_fsmount 432
#endif
#ifndef __NR_fspick
#define __NR_fspick 433
#endif
#ifndef __NR_clone3
#define __NR_clone3 435
#endif
#ifndef __NR_close_range
#define __NR_close_range 436
#endif
#ifndef __NR_openat2
#define __NR_openat2 437
#endif
#ifndef __NR_faccessat2
#define __NR_faccessat2 439
#endif
#ifndef __NR_mount_setattr
#define __NR_mount_setattr 442
#endif
#ifndef __NR_fchmodat2
#define __NR_fchmodat2 452
#endif

#ifndef AT_RECURSIVE
#define AT_RECURSIVE 0x8000
#endif
#ifndef AT_EMPTY_PATH
#define AT_EMPTY_PATH 0x1000
#endif

#define OPEN_TREE_CLONE_FLAG 1u
#define OPEN_TREE_CLOEXEC_FLAG ((unsigned)O_CLOEXEC)

#define MOVE_MOUNT_EMPTY_PATHS (0x00000004u | 0x00000040u) /* F_EMPTY_PATH | T_EMPTY_PATH */

#define FSOPEN_CLOEXEC_FLAG 1u
#define FSMOUNT_CLOEXEC_FLAG 1u
#define FSPICK_CLOEXEC_EMPTY_PATH (0x00000001u | 0x00000008u)

enum configure_command {
	CONFIGURE_FLAG = 0,
	CONFIGURE_STRING = 1,
	CONFIGURE_CREATE = 6,
	CONFIGURE_RECONFIGURE = 7,
};

#define ATTR_RDONLY UINT64_C(0x1)
#define ATTR_NOSUID UINT64_C(0x2)
#define ATTR_NODEV UINT64_C(0x4)
#define ATTR_NOEXEC UINT64_C(0x8)
#define ATTR_ATIME_MASK UINT64_C(0x70)
#define ATTR_NODIRATIME UINT64_C(0x80)

#define MS_REC_BIT 0x4000u
#define MS_PRIVATE_BIT (1u << 18)
#define MS_SLAVE_BIT (1u << 19)

#define RESOLVE_NO_XDEV_FLAG UINT64_C(0x01)
#define RESOLVE_NO_MAGICLINKS_FLAG UINT64_C(0x02)
#define RESOLVE_NO_SYMLINKS_FLAG UINT64_C(0x04)
#define RESOLVE_BENEATH_FLAG UINT64_C(0x08)
#define RESOLVE_IN_ROOT_FLAG UINT64_C(0x10)

#define CLONE_NEWTIME_FLAG 0x00000080u
#define CLONE_NEWCGROUP_FLAG 0x02000000u
#define CLONE_NEWUSER_FLAG 0x10000000u
#define CLONE_NEWNS_FLAG 0x00020000u
#define CLONE_PARENT_FLAG UINT64_C(0x00008000)
#define CLONE_INTO_CGROUP_FLAG UINT64_C(0x200000000)

#define PROC_SUPER_MAGIC_NUMBER 0x9fa0

struct kernel_open_how {
	uint64_t flags;
	uint64_t mode;
	uint64_t resolve;
};

struct kernel_mount_attr {
	uint64_t attr_set;
	uint64_t attr_clr;
	uint64_t propagation;
	uint64_t userns_fd;
};

struct kernel_clone_args {
	uint64_t flags;
	uint64_t pidfd;
	uint64_t child_tid;
	uint64_t parent_tid;
	uint64_t exit_signal;
	uint64_t stack;
	uint64_t stack_size;
	uint64_t tls;
	uint64_t set_tid;
	uint64_t set_tid_size;
	uint64_t cgroup;
};

static inline int sys_answer(long answer)
{
	return answer < 0 ? -errno : (int)answer;
}

static inline int sys_openat2(int directory, const char *path, uint64_t flags, uint64_t mode, uint64_t resolve)
{
	struct kernel_open_how how = {.flags = flags, .mode = mode, .resolve = resolve};
	return sys_answer(syscall(__NR_openat2, (long)directory, path, &how, sizeof how));
}

static inline int sys_open_tree(int directory, const char *path, unsigned flags)
{
	return sys_answer(syscall(__NR_open_tree, (long)directory, path, (unsigned long)flags));
}

/* Attaches the mount that `from` refers to at the file or directory that `to` refers to; no path is looked up. */
static inline int sys_move_mount(int from, int to)
{
	return sys_answer(
		syscall(__NR_move_mount, (long)from, "", (long)to, "", (unsigned long)MOVE_MOUNT_EMPTY_PATHS));
}

static inline int sys_fsopen(const char *type)
{
	return sys_answer(syscall(__NR_fsopen, type, (unsigned long)FSOPEN_CLOEXEC_FLAG));
}

static inline int sys_fsconfig(int context, enum configure_command command, const char *key, const char *value)
{
	return sys_answer(syscall(__NR_fsconfig, (long)context, (unsigned long)command, key, value, 0L));
}

static inline int sys_fsmount(int context, uint64_t attributes)
{
	return sys_answer(
		syscall(__NR_fsmount, (long)context, (unsigned long)FSMOUNT_CLOEXEC_FLAG, (unsigned long)attributes));
}

/* For the mount that `mount` refers to. */
static inline int sys_fspick(int mount)
{
	return sys_answer(syscall(__NR_fspick, (long)mount, "", (unsigned long)FSPICK_CLOEXEC_EMPTY_PATH));
}

static inline int sys_mount_setattr(
	int directory, const char *path, unsigned flags, const struct kernel_mount_attr *attr)
{
	return sys_answer(syscall(__NR_mount_setattr, (long)directory, path, (unsigned long)flags, attr, sizeof *attr));
}

static inline int sys_clone3(struct kernel_clone_args *args)
{
	return sys_answer(syscall(__NR_clone3, args, sizeof *args));
}

static inline int sys_close_range(unsigned first, unsigned last)
{
	return sys_answer(syscall(__NR_close_range, (unsigned long)first, (unsigned long)last, 0UL));
}

/* Tests with the effective ids, as execve does. */
static inline int sys_may_execute(const char *path)
{
	return sys_answer(syscall(__NR_faccessat2, (long)AT_FDCWD, path, (long)X_OK, (long)AT_EACCESS));
}

/* Linux 6.6. */
static inline int sys_fchmod_handle(int handle, mode_t mode)
{
	return sys_answer(syscall(__NR_fchmodat2, (long)handle, "", (unsigned long)mode, (long)AT_EMPTY_PATH));
}

static inline int sys_setns(int namespace, unsigned type)
{
	return sys_answer(syscall(__NR_setns, (long)namespace, (unsigned long)type));
}

static inline int sys_unshare(unsigned flags)
{
	return sys_answer(syscall(__NR_unshare, (unsigned long)flags));
}

static inline int sys_pivot_root(const char *root, const char *former)
{
	return sys_answer(syscall(__NR_pivot_root, root, former));
}

static inline int sys_bpf(unsigned command, void *attr, size_t size)
{
	return sys_answer(syscall(__NR_bpf, (unsigned long)command, attr, size));
}

static inline int sys_seccomp(unsigned operation, unsigned flags, const void *args)
{
	return sys_answer(syscall(__NR_seccomp, (unsigned long)operation, (unsigned long)flags, args));
}

/* musl's wrappers of these tell all threads through a signal; there is one thread, whose signals are the container's.
 */
static inline int sys_setresuid(uid_t uid)
{
	return sys_answer(syscall(__NR_setresuid, (unsigned long)uid, (unsigned long)uid, (unsigned long)uid));
}

static inline int sys_setresgid(gid_t gid)
{
	return sys_answer(syscall(__NR_setresgid, (unsigned long)gid, (unsigned long)gid, (unsigned long)gid));
}

static inline int sys_setgroups(size_t count, const uint32_t *groups)
{
	return sys_answer(syscall(__NR_setgroups, count, groups));
}

static inline int sys_prctl(int option, unsigned long a, unsigned long b)
{
	return sys_answer(syscall(__NR_prctl, (long)option, a, b, 0UL, 0UL));
}

struct kernel_capabilities {
	uint64_t effective, permitted, inheritable;
};

struct kernel_cap_header {
	uint32_t version;
	int32_t pid;
};

struct kernel_cap_data {
	uint32_t effective, permitted, inheritable;
};

#define CAPABILITY_VERSION_3 0x20080522u

static inline int sys_capget(struct kernel_capabilities *sets)
{
	struct kernel_cap_header header = {CAPABILITY_VERSION_3, 0};
	struct kernel_cap_data data[2] = {{0, 0, 0}, {0, 0, 0}};
	int answer = sys_answer(syscall(__NR_capget, &header, data));
	sets->effective = data[0].effective | (uint64_t)data[1].effective << 32;
	sets->permitted = data[0].permitted | (uint64_t)data[1].permitted << 32;
	sets->inheritable = data[0].inheritable | (uint64_t)data[1].inheritable << 32;
	return answer;
}

static inline int sys_capset(const struct kernel_capabilities *sets)
{
	struct kernel_cap_header header = {CAPABILITY_VERSION_3, 0};
	struct kernel_cap_data data[2] = {
		{(uint32_t)sets->effective, (uint32_t)sets->permitted, (uint32_t)sets->inheritable},
		{(uint32_t)(sets->effective >> 32), (uint32_t)(sets->permitted >> 32),
			(uint32_t)(sets->inheritable >> 32)},
	};
	return sys_answer(syscall(__NR_capset, &header, data));
}

#endif
