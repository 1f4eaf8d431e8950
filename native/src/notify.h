/*
 * Stands between a container and the service manager of the caller: sd_notify(3). The container gets a socket of its
 * own, since it can neither reach the manager's nor be believed by it. What it says is passed on line by line, as far
 * as it is about the service; whoever it names as the main process, or descriptors that it wants kept, are not.
 */
#ifndef MINIRT_NOTIFY_H
#define MINIRT_NOTIFY_H

#include <stdbool.h>
#include <sys/types.h>

#define NOTIFY_SOCKET_NAME "notify.sock"

/*
 * Makes the container's socket in the directory, and connects to the manager's, whose address is an absolute path or,
 * after an "@", an abstract name. Returns 0 or -errno.
 */
int notify_open(const char *directory, const char *manager);

/* The container's socket, to be polled for; -1 if there is none. */
int notify_socket(void);

/*
 * Passes on what has arrived, and behind READY=1 that `main_pid` is the main process. Returns whether READY=1 was among
 * it.
 */
bool notify_relay(pid_t main_pid);

/*
 * Passes on what arrives until the container is ready or has exited, or until `interrupt` becomes readable. Returns
 * when the manager has worked it off, who would not know any more to which service we have belonged: 0, -EINTR or
 * another -errno.
 */
int notify_await(pid_t pid, int pidfd, int interrupt);

#endif
