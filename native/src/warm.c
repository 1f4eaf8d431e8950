#include "warm.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "fd.h"
#include "frames.h"
#include "ops.h"
#include "sys.h"
#include "words.h"

enum {
	/*
	 * Milliseconds. A server that has nothing to do answers within one. On a machine so busy that it needs more
	 * than thirty, a JVM of our own would need several times that, and keep the server from ever getting on.
	 */
	PATIENCE = 150,
	LINK_SIZE = 64,
	NAMESPACES = 5,
};

int server_path(char path[SERVER_PATH_SIZE])
{
	struct words words = {.length = 0};
	const char *directory = geteuid() == 0 ? "/run" : getenv("XDG_RUNTIME_DIR");

	if (!directory || directory[0] != '/')
		return -1;
	words_add(&words, directory);
	words_add(&words, "/minirt-serve/socket");
	if (words.length >= SERVER_PATH_SIZE)
		return -1;
	memcpy(path, words.text, words.length + 1);
	return (int)words.length;
}

static int connect_to(const char *path)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	struct ucred server;
	socklen_t size = sizeof(server);
	OWNED fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	strcpy(address.sun_path, path);
	/* EAGAIN: so many wait for it that it is no use to be one of them. */
	if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
		getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &server, &size) < 0)
		return -1;
	/* Root's too: systemd may have made the socket of somebody's server. */
	if (server.uid != geteuid() && server.uid != 0)
		return -1;
	/* Files that it makes are its group's. */
	if (server.uid == geteuid() && server.gid != getegid())
		return -1;
	return take(&fd);
}

/* What a server's WELCOME is compared with. */
struct identity {
	struct stat jar, root;
	struct kernel_capabilities capabilities;
	char namespaces[NAMESPACES][LINK_SIZE];
};

static bool look_at_ourselves(struct identity *identity, const char *home)
{
	static const char *const links[NAMESPACES] = {"/proc/self/ns/user", "/proc/self/ns/mnt", "/proc/self/ns/pid",
		"/proc/self/ns/cgroup", "/proc/self/ns/time"};
	struct words jar = {.length = 0};

	words_add(&jar, home);
	words_add(&jar, "/lib/minirt.jar");
	if (stat(jar.text, &identity->jar) < 0 || stat("/", &identity->root) < 0 ||
		sys_capget(&identity->capabilities) < 0)
		return false;
	for (size_t i = 0; i < NAMESPACES; i++) {
		ssize_t length = readlink(links[i], identity->namespaces[i], LINK_SIZE - 1);
		if (length < 0 && errno != ENOENT) /* a kernel without namespaces of that type */
			return false;
		if (length < 0)
			length = 0;
		identity->namespaces[i][length] = 0;
	}
	return true;
}

static bool is_file(const struct stat *status, uint64_t device, uint64_t inode)
{
	return status->st_dev == device && status->st_ino == inode;
}

/* Not written over in place since: the server has loaded some of what was there before. */
static bool is_unchanged(const struct stat *status, uint64_t changed)
{
	enum { NANOSECONDS = 1000000000 };

	return (uint64_t)status->st_ctim.tv_sec * NANOSECONDS + (uint64_t)status->st_ctim.tv_nsec == changed;
}

/* WELCOME: who the server is. */
static bool may_decide_here(struct frame *frame, const struct identity *ours)
{
	struct reader reader = frame_reader(frame);
	uint64_t hash, jar_device, jar_inode, jar_changed, root_device, root_inode, permitted;
	struct texts texts;
	uint32_t version;
	const char *text;

	if (frame->kind != FRAME_WELCOME || read_u32(&reader, &version) < 0 || version != PROTOCOL_VERSION ||
		read_u64(&reader, &hash) < 0 || hash != OPS_HASH || read_u64(&reader, &jar_device) < 0 ||
		read_u64(&reader, &jar_inode) < 0 || !is_file(&ours->jar, jar_device, jar_inode) ||
		read_u64(&reader, &jar_changed) < 0 || !is_unchanged(&ours->jar, jar_changed) ||
		read_u64(&reader, &root_device) < 0 || read_u64(&reader, &root_inode) < 0 ||
		!is_file(&ours->root, root_device, root_inode) || read_u64(&reader, &permitted) < 0 ||
		ours->capabilities.permitted != permitted || ours->capabilities.effective != permitted ||
		read_texts(&reader, &texts) < 0 || reader_end(&reader) < 0 || texts.count != NAMESPACES)
		return false;
	for (size_t i = 0; texts_next(&texts, &text); i++)
		if (strcmp(ours->namespaces[i], text))
			return false;
	return true;
}

int warm_connect(void)
{
	char path[SERVER_PATH_SIZE];

	return getenv(COLD_VARIABLE) || server_path(path) < 0 ? -1 : connect_to(path);
}

bool warm_is_welcome(int stream, const char *home)
{
	struct pollfd fd = {.fd = stream, .events = POLLIN};
	struct identity ours;
	struct frame frame;

	/* First: the server needs a moment to wake up. */
	if (!look_at_ourselves(&ours, home) || poll(&fd, 1, PATIENCE) <= 0 || fcntl(stream, F_SETFL, 0) < 0 ||
		frame_receive(stream, &frame) <= 0)
		return false;
	bool suitable = may_decide_here(&frame, &ours);
	frame_release(&frame);
	return suitable;
}
