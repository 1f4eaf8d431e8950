#include "place.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "fd.h"
#include "process.h"
#include "sys.h"

/*
 * Asleep before it is moved anywhere: it then asks the cgroup for no memory and no processor. Nothing that the driver
 * has open stays open in it, so that nobody waits for its end instead of the driver's.
 */
static _Noreturn void stay(pid_t driver)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "minirt-place");
	if (getppid() != driver || sys_close_range(0, UINT32_MAX) < 0)
		_exit(EXIT_FAILURE);
	for (;;)
		pause();
}

int place_hold(struct place *place)
{
	pid_t driver = getpid();
	int error;

	place_give_up(place);
	pid_t pid = fork();
	if (pid < 0)
		return -errno;
	if (pid == 0)
		stay(driver);
	place->pid = pid;
	place->pidfd = pidfd_open_process(pid); /* our child and not reaped: the right one */
	if (place->pidfd < 0) {
		kill(pid, SIGKILL);
		return place->pidfd;
	}
	error = process_start_time(pid, &place->start);
	if (error < 0)
		place_give_up(place);
	return error;
}

void place_give_up(struct place *place)
{
	if (place->pidfd < 0)
		return;
	pidfd_signal(place->pidfd, SIGKILL);
	pidfd_reap(place->pidfd);
	replace(&place->pidfd, -1);
}
