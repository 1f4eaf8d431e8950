#include "launch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "control.h"
#include "fd.h"
#include "frames.h"
#include "memory_file.h"
#include "process.h"
#include "signals.h"
#include "words.h"

enum {
	FIRST_PRESERVED = 3,
	UNEXECUTED = 127,
};

/* The descriptors that the launcher begins with. */
struct handover {
	int binary, control, program;
	int lowest; /* number for those that it keeps, behind the caller's */
};

static _Noreturn void give_up(int control, const char *what, int error)
{
	static struct failure failure;

	failure.index = NO_OPERATION;
	failure.step = STEP_PROGRAM;
	failure.error = -error;
	detail_set(&failure, what);
	control_send_failure(control, &failure);
	_exit(UNEXECUTED);
}

static _Noreturn void become_launcher(const struct handover *handover, pid_t driver)
{
	struct words numbers[2] = {{.length = 0}, {.length = 0}};
	int error;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != driver)
		_exit(UNEXECUTED);
	int control = fcntl(handover->control, F_DUPFD, handover->lowest);
	int program = fcntl(handover->program, F_DUPFD, handover->lowest);
	if (control < 0 || program < 0)
		give_up(handover->control, "find a descriptor behind the preserved ones", -errno);
	if ((error = signals_reset()) < 0 || (error = signals_unblock()) < 0)
		give_up(handover->control, "reset the launcher's signals", error);
	words_number(&numbers[0], control);
	words_number(&numbers[1], program);
	char *argv[] = {(char[]){LAUNCHER_NAME}, numbers[0].text, numbers[1].text, NULL};
	char *envp[] = {NULL};
	syscall(SYS_execveat, (long)handover->binary, "", argv, envp, (long)AT_EMPTY_PATH);
	give_up(handover->control, "execute the launcher", -errno);
}

int launch(const struct program *program, struct launched *launched, struct failure *failure)
{
	int ends[2];
	pid_t driver = getpid();

	detail_set(failure, "make a copy of the runtime in memory");
	OWNED binary = memory_file_of_self(LAUNCHER_NAME);
	if (binary == -EACCES)
		detail_set(failure, "make a copy of the runtime in memory: forbidden by the sysctl vm.memfd_noexec");
	if (binary < 0)
		return binary;
	detail_set(failure, "put the program into memory");
	OWNED bytes = memory_file_of_bytes("minirt-program", program->bytes, program->size);
	if (bytes < 0)
		return bytes;
	detail_set(failure, "make a socket to the launcher");
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0)
		return -errno;
	OWNED ours = ends[0], theirs = ends[1];
	struct handover handover = {
		.binary = binary,
		.control = theirs,
		.program = bytes,
		.lowest = FIRST_PRESERVED + (int)program->preserved,
	};
	detail_set(failure, "start the launcher");
	pid_t pid = fork();
	if (pid < 0)
		return -errno;
	if (pid == 0)
		become_launcher(&handover, driver);
	int pidfd = pidfd_open_process(pid); /* it is our child and not yet reaped, so it is the right one */
	if (pidfd < 0) {
		kill(pid, SIGKILL);
		return pidfd;
	}
	launched->pid = pid;
	launched->pidfd = pidfd;
	launched->control = take(&ours);
	return 0;
}
