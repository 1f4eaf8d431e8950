#include "signals.h"

#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { LAST_SIGNAL = 64 };

/* struct sigaction as the kernel has it, on architectures with and without a restorer. */
struct kernel_sigaction {
	void (*handler)(int);
	unsigned long flags;
	void (*restorer)(void);
	uint64_t mask;
};

int signals_reset(void)
{
	static const struct kernel_sigaction standard;

	for (int signal = 1; signal <= LAST_SIGNAL; signal++) {
		if (signal == SIGKILL || signal == SIGSTOP)
			continue;
		if (syscall(SYS_rt_sigaction, signal, &standard, NULL, sizeof(standard.mask)) < 0)
			return -errno;
	}
	return 0;
}

int signals_unblock(void)
{
	static const uint64_t none;

	return syscall(SYS_rt_sigprocmask, SIG_SETMASK, &none, NULL, sizeof(none)) < 0 ? -errno : 0;
}
