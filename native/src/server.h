/* Becoming a server: SERVE. */
#ifndef MINIRT_SERVER_H
#define MINIRT_SERVER_H

#include "driver.h"

/*
 * Listens where drivers of this user look for a server, or takes the socket that systemd has made (LISTEN_FDS), and
 * becomes a JVM with that socket for descriptor 0 and more arguments behind those of lib/minirt.options; the last line
 * of those, the main class, is left out. The word `@LISTENING@` among the arguments becomes the path of the socket if
 * we made it, and empty otherwise. Returns the exit code after having complained.
 */
int server(struct driver *driver, struct texts arguments);

#endif
