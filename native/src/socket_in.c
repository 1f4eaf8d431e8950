#include "socket_in.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "words.h"

int socket_in(int directory, const char *name, struct sockaddr_un *address)
{
	struct words path = {.length = 0};

	words_add(&path, "/proc/self/fd/");
	words_number(&path, directory);
	words_add(&path, "/");
	words_add(&path, name);
	if (path.length >= sizeof(address->sun_path))
		return -ENAMETOOLONG;
	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	memcpy(address->sun_path, path.text, path.length + 1);
	return 0;
}
