/* Addresses of Unix domain sockets whose paths may be longer than an address has room for, as those of state
 * directories. */
#ifndef MINIRT_SOCKET_IN_H
#define MINIRT_SOCKET_IN_H

#include <sys/un.h>

/* The address of a socket by its name in an open directory. Returns 0 or -ENAMETOOLONG. */
int socket_in(int directory, const char *name, struct sockaddr_un *address);

#endif
