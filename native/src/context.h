/* What the operations of one program share, and the signature that all of them have. */
#ifndef MINIRT_CONTEXT_H
#define MINIRT_CONTEXT_H

#include "failure.h"
#include "program.h"

#include <limits.h>
#include <sys/types.h>

struct context {
	const struct program *program;
	uint32_t index;		/* of the operation being run */
	uint32_t branch;	/* that it took; 0 unless it says otherwise */
	struct failure failure; /* step and detail; its other fields are filled in when the operation has failed */

	int control;			/* to the driver; -1 once Ready is done */
	int started;			/* the connection of the start command; -1 before it */
	int root;			/* the container's root directory, O_PATH */
	int proc;			/* the private procfs, O_PATH */
	int slots[SLOTS_MAX];		/* descriptors; -1 when empty */
	uint8_t lasting[SLOTS_MAX / 8]; /* slots whose descriptors must stay open until the program is executed */

	pid_t init;	      /* for the driver's operations: init as the driver sees it */
	bool owns_proc_files; /* may write to its files in /proc though it is not dumpable */

	uint64_t beginning; /* nanoseconds from the launcher's start to its first operation, if the program is timed */
	uint64_t *times;    /* nanoseconds that operations have taken, if the program is timed; NULL otherwise */

	mode_t caller_umask; /* the caller's, which the process keeps unless SetUmask runs */
	bool umask_is_set;
	bool sees_all_cgroups;	   /* EnterCgroupNamespace joined the machine's first cgroup namespace */
	bool directory_is_entered; /* an earlier ChangeDirectory succeeded */

	bool null_is_attached; /* the null device of MaskPath is attached, and is cloned from now on */
	int empty_directory;   /* the cover of masked directories, attached at the first of them; or -1 */

	bool is_prepared;			  /* prepare_execution() was called */
	char executable[PATH_MAX + NAME_MAX + 2]; /* found by FindExecutable */
	char home[sizeof "HOME=" + PATH_MAX];	  /* set by FindHome; empty otherwise */
	char own_pid[64];			  /* set by NameOwnPid; empty otherwise */
	char **arguments, **environment;	  /* room for Execute's arrays, with their NULLs, and these two */
};

/* Every operation: sets the step before each thing that can fail, returns 0 or -errno. */
#define DECLARE_RUN(NAME, name, contexts) int run_##name(struct context *context, const struct op_##name *op);
FOR_EACH_OP(DECLARE_RUN)
#undef DECLARE_RUN

static inline void step(struct context *context, uint32_t number)
{
	context->failure.step = number;
}

/* The step, and the object that its words end with. */
static inline void step_on(struct context *context, uint32_t number, const char *object)
{
	context->failure.step = number;
	detail_set(&context->failure, object);
}

static inline int slot(const struct context *context, uint32_t number)
{
	return context->slots[number];
}

/* Puts a descriptor, or passes on the error that it is. */
static inline int fill_slot(struct context *context, uint32_t number, int fd)
{
	if (fd < 0)
		return fd;
	context->slots[number] = fd;
	return 0;
}

static inline void make_slot_last(struct context *context, uint32_t number)
{
	context->lasting[number / 8] |= (uint8_t)(1u << number % 8);
}

/* Tells how long the operations before the current one have taken, if the program is timed. 0 or -errno. */
int tell_times(const struct context *context);

/* Closes what the slots hold: handles of the host, which the container's program must not reach through /proc/self/fd.
 */
void close_slots(struct context *context);

/*
 * Everything that is left to do before execve, once: a seccomp filter that is loaded just before Execute need allow no
 * system call of ours but that one. 0 or -errno.
 */
int prepare_execution(struct context *context);

#endif
