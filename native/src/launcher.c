#include "launcher.h"
#include "control.h"
#include "dumpable.h"
#include "fd.h"
#include "interpret.h"
#include "times.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>

static struct context context;
static struct program program;

/* To whoever waits for us: the driver, or after that the start command. */
static void report(int error)
{
	context.failure.error = error;
	if (context.started >= 0) {
		static uint8_t message[1 + FAILED_PAYLOAD_MAX];
		message[0] = 'F';
		size_t size = 1 + encode_failure(message + 1, &context.failure);
		for (size_t sent = 0; sent < size;) {
			ssize_t more = send(context.started, message + sent, size - sent, MSG_NOSIGNAL);
			if (more < 0 && errno != EINTR)
				return;
			if (more > 0)
				sent += (size_t)more;
		}
	} else if (context.control >= 0) {
		control_send_failure(context.control, &context.failure);
	}
}

/* The program's memory stays mapped until the container's program is executed; its descriptor does not stay open. */
static int map_program(int fd)
{
	struct stat status;
	if (fstat(fd, &status) < 0)
		return -errno;
	if (status.st_size <= 0 || status.st_size > (off_t)PROGRAM_SIZE_MAX) {
		detail_set(&context.failure, "size");
		return -EPROTO;
	}
	size_t size = (size_t)status.st_size;
	void *bytes = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED)
		return -errno;
	return program_read(&program, bytes, size, &context.failure);
}

/* The arrays for execve are allocated here, since nothing can be allocated once init is in its memory cgroup. */
static int make_arrays(void)
{
	size_t arguments = (size_t)program.argument_count + 1;
	size_t environment = (size_t)program.environment_count + 3;
	char **room = mmap(NULL, (arguments + environment) * sizeof *room, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (room == MAP_FAILED)
		return -errno;
	context.arguments = room;
	context.environment = room + arguments;
	return 0;
}

/* A private mapping: init inherits what the launcher has noted. */
static int make_times(void)
{
	if (!program.timed)
		return 0;
	void *room = mmap(NULL, program.op_count * sizeof *context.times, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (room == MAP_FAILED)
		return -errno;
	context.times = room;
	return 0;
}

static int prepare(int control_fd, int program_fd)
{
	/*
	 * First of all: nobody traces us or opens our descriptors in namespaces that we are going to join
	 * (CVE-2016-9962), and we do not outlive the driver.
	 */
	int answer = set_dumpable(false);
	if (answer == 0)
		answer = sys_prctl(PR_SET_PDEATHSIG, SIGKILL, 0);
	if (answer < 0)
		return answer;
	/* Executed by descriptor we would be called by its number; this is what ps(1) shows of a created container. */
	sys_prctl(PR_SET_NAME, (unsigned long)"minirt-init", 0);
	if (!control_is_alive(control_fd))
		return -EPIPE;
	if (fcntl(control_fd, F_SETFD, FD_CLOEXEC) < 0 || fcntl(program_fd, F_SETFD, FD_CLOEXEC) < 0)
		return -errno;
	context.failure.step = STEP_PROGRAM;
	answer = map_program(program_fd);
	close(program_fd);
	if (answer == 0)
		answer = make_arrays();
	return answer < 0 ? answer : make_times();
}

/* A seccomp filter may refuse even this with an errno, and _exit(2) of C libraries tries forever. */
static _Noreturn void leave(int status)
{
	syscall(SYS_exit_group, status);
	syscall(SYS_exit, status);
	__builtin_trap();
}

_Noreturn void launcher_main(int control_fd, int program_fd)
{
	uint64_t begun = times_now();
	context_begin(&context, &program, control_fd);
	int answer = prepare(control_fd, program_fd);
	if (answer == 0) {
		/* Files that are made have the modes that the operations say. */
		context.caller_umask = umask(0);
		context.owns_proc_files = access("/proc/self/oom_score_adj", W_OK) == 0;
		context.beginning = times_since(begun);
		answer = interpret(&context);
	}
	if (answer < 0)
		report(context.failure.error > 0 ? context.failure.error : -answer);
	leave(answer < 0 ? 1 : 0);
}
