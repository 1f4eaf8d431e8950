#include "server.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "fd.h"
#include "warm.h"
#include "words.h"

enum {
	EXIT_FAILED = 1,
	DIRECTORY_MODE = 0700,
	SOCKET_MASK = 0177,
	USUAL_MASK = 022,
	BACKLOG = 256,
	FIRST_LISTENER = 3, /* SD_LISTEN_FDS_START of sd_listen_fds(3) */
};

static int fail(const char *what, const char *path)
{
	struct words words = {.length = 0};

	words_add(&words, what);
	words_add(&words, " ");
	words_add(&words, path);
	words_complain_of_errno(&words);
	return -1;
}

/* Ours alone, or somebody could put another socket in the place of this one. */
static int make_directory(const char *path)
{
	struct stat status;

	if (mkdir(path, DIRECTORY_MODE) < 0 && errno != EEXIST)
		return fail("cannot make", path);
	if (lstat(path, &status) < 0)
		return fail("cannot look at", path);
	if (!S_ISDIR(status.st_mode) || status.st_uid != geteuid() || (status.st_mode & 077)) {
		errno = EPERM;
		return fail("must be a directory of mode 0700 and this user's:", path);
	}
	return 0;
}

/*
 * The lock is held by whoever serves, and by its JVM after it: descriptor `lock` is not close-on-exec. So a socket that
 * is there while the lock is free was left by a server that was killed.
 */
static int listen_at(const char *path, int *lock)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	char directory[SERVER_PATH_SIZE];

	strcpy(directory, path);
	*strrchr(directory, '/') = 0;
	if (make_directory(directory) < 0)
		return -1;
	*lock = open(directory, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
	if (*lock < 0 || flock(*lock, LOCK_EX | LOCK_NB) < 0) {
		if (errno != EWOULDBLOCK)
			return fail("cannot lock", directory);
		complain("a server is running already");
		return -1;
	}
	strcpy(address.sun_path, path);
	OWNED fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	umask(SOCKET_MASK);
	if (fd < 0 || (unlink(path) < 0 && errno != ENOENT) ||
		bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0 || listen(fd, BACKLOG) < 0)
		return fail("cannot listen at", path);
	return take(&fd);
}

/* sd_listen_fds(3): one stream socket that listens, meant for this very process. */
static bool is_activated(void)
{
	const char *pid = getenv("LISTEN_PID"), *count = getenv("LISTEN_FDS");
	int listening = 0;
	socklen_t size = sizeof(listening);

	return pid && count && atoi(pid) == getpid() && !strcmp(count, "1") &&
	       getsockopt(FIRST_LISTENER, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) == 0 && listening;
}

int server(struct driver *driver, struct texts arguments)
{
	char path[SERVER_PATH_SIZE] = "";
	int lock = -1, socket = FIRST_LISTENER;

	if (!is_activated()) {
		if (server_path(path) < 0) {
			complain("there is no place for the socket: XDG_RUNTIME_DIR is not set, or too long");
			return EXIT_FAILED;
		}
		socket = listen_at(path, &lock);
	}
	if (socket < 0)
		return EXIT_FAILED;
	umask(USUAL_MASK);
	jvm_end(&driver->jvm);
	jvm_become_server(driver->home, socket, lock, path, arguments);
	return EXIT_FAILED;
}
