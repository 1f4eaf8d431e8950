/*
 * A running `minirt serve`, which decides like a JVM of the driver's own, only without having to be started. It is
 * never needed: whoever does not find it, or finds that it sees the machine otherwise than the caller does, starts a
 * JVM.
 */
#ifndef MINIRT_WARM_H
#define MINIRT_WARM_H

#include <stdbool.h>
#include <stddef.h>

/* In the environment of a command: do not look for a server. */
#define COLD_VARIABLE "MINIRT_COLD"

enum { SERVER_PATH_SIZE = 108 }; /* of sun_path: a longer one cannot be connected to */

/*
 * Where the server of this user listens: /run/minirt-serve/socket, or $XDG_RUNTIME_DIR/minirt-serve/socket for anybody
 * but root. Returns its length, or -1 if there is no such place.
 */
int server_path(char path[SERVER_PATH_SIZE]);

/* Connects to the server, if there is one of ours or root's. Returns the stream, or -1 without a word. */
int warm_connect(void);

/*
 * Waits for its WELCOME. Whether it may decide here: it comes from the same distribution, has the same
 * capabilities, and is in the same user, mount, pid, cgroup and time namespaces with the same root directory; and
 * answers within a few milliseconds. Nothing is to be sent to it before all that is known.
 */
bool warm_is_welcome(int stream, const char *home);

#endif
