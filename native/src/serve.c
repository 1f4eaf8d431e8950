#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "descriptor.h"
#include "device_filter.h"
#include "driver.h"
#include "fd.h"
#include "hook.h"
#include "input.h"
#include "notify.h"
#include "process.h"
#include "server.h"
#include "socket_in.h"
#include "start.h"
#include "words.h"

enum {
	EXIT_FAILED = 1,
	EXIT_OF_EXEC = 255, /* docs/exec.md: it tells a failure of ours from one of the process */
	EXIT_CODE_MAX = 255,
	PATIENCE = 3,	   /* signals until the driver ends without Java */
	WRITE_SIZE = 4096, /* a pipe that polls writable takes that much without blocking */
	READ_SIZE = 64 * 1024,
	CONTINUE = -1, /* verdicts other than an exit code */
	PROTOCOL_ERROR = -2,
};

bool has_argument(const struct driver *driver, const char *name)
{
	for (char **argument = driver->argv; *argument; argument++)
		if (!strcmp(*argument, name))
			return true;
	return false;
}

/* Tells Java of the signals that have arrived: before the answer to what they have interrupted. */
static void relay_signals(struct driver *driver)
{
	struct signalfd_siginfo info;

	while (read(driver->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		send_u32(driver->stream, FRAME_SIGNALLED, info.ssi_signo);
		driver->last_signal = (int)info.ssi_signo;
		sigaddset(&driver->relayed, driver->last_signal);
		driver->signal_count++;
	}
}

/* --- requests: each returns CONTINUE, PROTOCOL_ERROR or the exit code --- */

/* A reader that does not read is waited for until a signal comes. Returns 0 or a negative errno. */
static int write_out(const struct driver *driver, int fd, struct bytes bytes)
{
	if (driver->closed[fd])
		return -EBADF;
	for (size_t done = 0; done < bytes.size;) {
		struct pollfd fds[] = {{.fd = fd, .events = POLLOUT}, {.fd = driver->signals, .events = POLLIN}};
		size_t left = bytes.size - done;

		if (poll(fds, 2, -1) < 0 || !fds[0].revents) {
			if (fds[1].revents)
				return -EINTR;
			continue;
		}
		ssize_t count = write(fd, bytes.at + done, left < WRITE_SIZE ? left : WRITE_SIZE);
		if (count < 0 && errno != EAGAIN && errno != EINTR)
			return -errno;
		done += count > 0 ? (size_t)count : 0;
	}
	return 0;
}

static int on_write(struct driver *driver, struct reader *reader)
{
	uint32_t fd;
	struct bytes bytes;

	if (read_u32(reader, &fd) < 0 || (fd != STDOUT_FILENO && fd != STDERR_FILENO) ||
		read_bytes(reader, &bytes) < 0 || reader_end(reader) < 0)
		return PROTOCOL_ERROR;
	/* While RUN is not answered no other answer may come. */
	if (fd == STDOUT_FILENO && driver->run.state == RUN_ACTIVE)
		return PROTOCOL_ERROR;
	int result = write_out(driver, (int)fd, bytes);
	if (fd == STDOUT_FILENO) {
		if (result == -EINTR)
			relay_signals(driver);
		send_done(driver->stream, result, "");
	} /* what could be said of standard error would have to be said there */
	return CONTINUE;
}

/* Opens what is to be read from now on. Returns 0 or a -errno. */
static int begin_reading(struct driver *driver, const char *path)
{
	int fd = input_open(path);

	if (fd < 0)
		return fd;
	if (driver->input != STDIN_FILENO)
		close(driver->input);
	driver->input = fd;
	return 0;
}

/* Returns the number of bytes, 0 at the end, or a -errno. */
static ssize_t read_in(struct driver *driver, const char *path, uint8_t *buffer, size_t size, bool *ended)
{
	int error = *path ? begin_reading(driver, path) : 0;

	if (error < 0)
		return error;
	if (driver->input == STDIN_FILENO && driver->closed[STDIN_FILENO])
		return -EBADF;
	if (driver->signal_count) /* one that came before */
		return -EINTR;
	ssize_t count = input_read(driver->input, driver->signals, buffer, size);
	*ended = count <= 0 || input_is_read(driver->input);
	if (*ended && driver->input != STDIN_FILENO) {
		close(driver->input);
		driver->input = STDIN_FILENO;
	}
	return count;
}

static int on_read(struct driver *driver, struct reader *reader)
{
	static uint8_t buffer[READ_SIZE];
	struct draft draft;
	const char *path;

	if (read_text(reader, &path) < 0 || reader_end(reader) < 0)
		return PROTOCOL_ERROR;
	bool ended = true;
	ssize_t count = read_in(driver, path, buffer, sizeof(buffer), &ended);
	if (count == -EINTR)
		relay_signals(driver);
	draft_begin(&draft, FRAME_INPUT);
	draft_u32(&draft, count < 0 ? (uint32_t)-count : 0);
	draft_u32(&draft, ended);
	draft_bytes(&draft, buffer, count < 0 ? 0 : (size_t)count);
	draft_send(&draft, driver->stream);
	return CONTINUE;
}

static int on_hook(struct driver *driver, struct reader *reader)
{
	static struct hook_outcome outcome;
	struct hook_request request = {.parts = 1, .interrupt = driver->signals};
	struct bytes input;
	struct draft draft;

	if (read_text(reader, &request.path) < 0 || read_texts(reader, &request.args) < 0 ||
		read_texts(reader, &request.env) < 0 || read_u32(reader, &request.timeout_seconds) < 0 ||
		read_text(reader, &request.directory) < 0 || read_bytes(reader, &input) < 0 || reader_end(reader) < 0)
		return PROTOCOL_ERROR;
	request.stdin_parts[0] = (struct iovec){.iov_base = (void *)(uintptr_t)input.at, .iov_len = input.size};
	int error = hook_run(&request, &outcome);
	if (error < 0) {
		outcome.kind = HOOK_NOT_STARTED;
		outcome.value = -error;
		outcome.output_length = 0;
	}
	relay_signals(driver);
	draft_begin(&draft, FRAME_HOOK_DONE);
	draft_u32(&draft, outcome.kind);
	draft_u32(&draft, (uint32_t)outcome.value);
	draft_text(&draft, outcome.output, outcome.output_length);
	draft_send(&draft, driver->stream);
	return CONTINUE;
}

static int on_signal(struct driver *driver, struct reader *reader)
{
	uint32_t pid, signal;
	uint64_t start;

	if (read_u32(reader, &pid) < 0 || read_u64(reader, &start) < 0 || read_u32(reader, &signal) < 0 ||
		reader_end(reader) < 0)
		return PROTOCOL_ERROR;
	send_done(driver->stream, process_signal((pid_t)pid, start, (int)signal), "");
	return CONTINUE;
}

static int on_await_exit(struct driver *driver, struct reader *reader)
{
	uint32_t pid, milliseconds;
	uint64_t start;

	if (read_u32(reader, &pid) < 0 || read_u64(reader, &start) < 0 || read_u32(reader, &milliseconds) < 0 ||
		reader_end(reader) < 0)
		return PROTOCOL_ERROR;
	int result = process_await((pid_t)pid, start, milliseconds, driver->signals);
	relay_signals(driver);
	send_done(driver->stream, result, "");
	return CONTINUE;
}

static int on_hold_place(struct driver *driver, struct reader *reader)
{
	struct place *place = &driver->run.place;
	struct draft draft;

	if (reader_end(reader) < 0)
		return PROTOCOL_ERROR;
	int error = place_hold(place);
	draft_begin(&draft, FRAME_PLACE_HELD);
	draft_u32(&draft, (uint32_t)-error);
	draft_u32(&draft, error < 0 ? 0 : (uint32_t)place->pid);
	draft_u64(&draft, error < 0 ? 0 : place->start);
	draft_send(&draft, driver->stream);
	return CONTINUE;
}

static int on_notify(const struct driver *driver, struct reader *reader)
{
	const char *directory, *manager;

	if (read_text(reader, &directory) < 0 || read_text(reader, &manager) < 0 || reader_end(reader) < 0)
		return PROTOCOL_ERROR;
	send_done(driver->stream, notify_open(directory, manager), "");
	return CONTINUE;
}

static int on_await_notified(struct driver *driver, struct reader *reader)
{
	uint32_t pid;
	uint64_t start_time;

	if (read_u32(reader, &pid) < 0 || read_u64(reader, &start_time) < 0 || reader_end(reader) < 0 ||
		notify_socket() < 0)
		return PROTOCOL_ERROR;
	OWNED pidfd = process_open((pid_t)pid, start_time);
	int result = pidfd < 0 ? pidfd : notify_await((pid_t)pid, pidfd, driver->signals);
	relay_signals(driver);
	send_done(driver->stream, result, "");
	return CONTINUE;
}

/* Connects to a socket by its path, which may be too long for an address. Returns it or a negative errno. */
static int connect_to(const char *path)
{
	const char *name = strrchr(path, '/');
	char directory[PATH_MAX];
	struct sockaddr_un address;
	size_t length = name ? (size_t)(name - path) + 1 : 0;

	if (!name)
		return -EINVAL;
	if (length >= sizeof(directory))
		return -ENAMETOOLONG;
	memcpy(directory, path, length);
	directory[length] = 0;
	OWNED parent = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (parent < 0)
		return -errno;
	int error = socket_in(parent, name + 1, &address);
	if (error < 0)
		return error;
	OWNED connection = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (connection < 0 || connect(connection, (struct sockaddr *)&address, sizeof(address)) < 0)
		return -errno;
	return take(&connection);
}

/* Nobody has to have accepted it before we are gone: what is in flight stays open. */
static int on_send_pidfd(const struct driver *driver, struct reader *reader)
{
	const char *path, *text;
	uint32_t pid;
	uint64_t start_time;

	if (read_u32(reader, &pid) < 0 || read_u64(reader, &start_time) < 0 || read_text(reader, &path) < 0 ||
		read_text(reader, &text) < 0 || !*text || reader_end(reader) < 0)
		return PROTOCOL_ERROR;
	OWNED pidfd = process_open((pid_t)pid, start_time);
	OWNED connection = pidfd < 0 ? -1 : connect_to(path);
	int result = pidfd < 0	      ? pidfd
		     : connection < 0 ? connection
				      : descriptor_send(connection, text, strlen(text), pidfd);
	send_done(driver->stream, result, "");
	return CONTINUE;
}

static int on_start(struct driver *driver, struct reader *reader)
{
	static struct failure failure;
	struct starting init;
	struct draft draft;
	uint32_t pid;

	if (read_text(reader, &init.directory) < 0 || read_text(reader, &init.name) < 0 || read_u32(reader, &pid) < 0 ||
		read_u64(reader, &init.start_time) < 0 || reader_end(reader) < 0)
		return PROTOCOL_ERROR;
	init.pid = (pid_t)pid;
	enum start_outcome outcome = start(&init, driver->signals, &failure);
	relay_signals(driver);
	draft_begin(&draft, FRAME_STARTED);
	draft_u32(&draft, outcome);
	if (outcome == START_FAILED)
		draft_failure(&draft, &failure);
	else if (outcome == START_NO_LISTENER)
		draft_u32(&draft, (uint32_t)failure.error);
	draft_send(&draft, driver->stream);
	return CONTINUE;
}

static int on_unmount(struct driver *driver, struct reader *reader)
{
	const char *path;

	if (read_text(reader, &path) < 0 || reader_end(reader) < 0)
		return PROTOCOL_ERROR;
	send_done(driver->stream, umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) < 0 ? -errno : 0, "");
	return CONTINUE;
}

static int on_filter_devices(struct driver *driver, struct reader *reader)
{
	static struct failure failure;
	enum device_filter_part part;
	struct bytes program;
	const char *path;

	if (read_text(reader, &path) < 0 || read_bytes(reader, &program) < 0 || reader_end(reader) < 0)
		return PROTOCOL_ERROR;
	failure.length = 0;
	failure.detail[0] = '\0';
	OWNED cgroup = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	int result = cgroup < 0 ? -errno : device_filter_set(cgroup, program, &part, &failure);
	send_done(driver->stream, result, failure.detail);
	return CONTINUE;
}

static int on_supervise(struct driver *driver, struct reader *reader)
{
	struct texts cleanup;
	uint32_t pid, adopt;

	if (read_u32(reader, &pid) < 0 || read_u32(reader, &adopt) < 0 || adopt > 1 ||
		read_texts(reader, &cleanup) < 0 || reader_end(reader) < 0 || driver->run.state != RUN_READY ||
		(pid_t)pid != driver->run.init)
		return PROTOCOL_ERROR;
	place_give_up(&driver->run.place);
	return supervise(driver, adopt != 0, cleanup);
}

static int on_serve(struct driver *driver, struct reader *reader)
{
	struct texts arguments;

	/* A server has nobody to become it: only a JVM of our own may ask. */
	if (read_texts(reader, &arguments) < 0 || reader_end(reader) < 0 || driver->jvm.pid <= 0)
		return PROTOCOL_ERROR;
	/* Nobody will read signals any more: what has come by now ends a server that has not begun. */
	relay_signals(driver);
	if (driver->signal_count) {
		jvm_end(&driver->jvm);
		return EXIT_SIGNALLED + driver->last_signal;
	}
	return server(driver, arguments);
}

static int on_exit_request(struct driver *driver, struct reader *reader)
{
	uint32_t code;

	if (read_u32(reader, &code) < 0 || reader_end(reader) < 0 || code > EXIT_CODE_MAX)
		return PROTOCOL_ERROR;
	run_release(&driver->run);
	jvm_end(&driver->jvm);
	return (int)code;
}

static int on_run(struct driver *driver, struct frame *frame)
{
	if (driver->run.state != RUN_IDLE && driver->run.state != RUN_READY)
		return PROTOCOL_ERROR;
	run_start(&driver->run, frame);
	return CONTINUE;
}

/* Requests without a payload. */
static int on_plain(struct driver *driver, uint32_t kind, const struct reader *reader)
{
	if (reader_end(reader) < 0)
		return PROTOCOL_ERROR;
	if (kind == FRAME_CONTINUE)
		return run_continue(&driver->run) ? CONTINUE : PROTOCOL_ERROR;
	if (kind == FRAME_KILL_AND_REAP)
		return run_kill_and_reap(&driver->run) ? CONTINUE : PROTOCOL_ERROR;
	run_abort(&driver->run);
	return CONTINUE;
}

static int on_frame(struct driver *driver, struct frame *frame)
{
	struct reader reader = frame_reader(frame);
	/* RUN is not answered yet: nothing else that is answered may come. */
	bool busy = driver->run.state == RUN_ACTIVE;

	switch (frame->kind) {
	case FRAME_WRITE:
		return on_write(driver, &reader);
	case FRAME_EXIT:
		return on_exit_request(driver, &reader);
	case FRAME_RUN:
		return on_run(driver, frame);
	case FRAME_CONTINUE:
	case FRAME_ABORT:
	case FRAME_KILL_AND_REAP:
		return on_plain(driver, frame->kind, &reader);
	case FRAME_SUPERVISE:
		return on_supervise(driver, &reader);
	case FRAME_SERVE:
		return busy ? PROTOCOL_ERROR : on_serve(driver, &reader);
	case FRAME_READ:
		return busy ? PROTOCOL_ERROR : on_read(driver, &reader);
	case FRAME_HOOK:
		return busy ? PROTOCOL_ERROR : on_hook(driver, &reader);
	case FRAME_SIGNAL:
		return busy ? PROTOCOL_ERROR : on_signal(driver, &reader);
	case FRAME_START:
		return busy ? PROTOCOL_ERROR : on_start(driver, &reader);
	case FRAME_UNMOUNT:
		return busy ? PROTOCOL_ERROR : on_unmount(driver, &reader);
	case FRAME_HOLD_PLACE:
		return busy ? PROTOCOL_ERROR : on_hold_place(driver, &reader);
	case FRAME_NOTIFY:
		return busy ? PROTOCOL_ERROR : on_notify(driver, &reader);
	case FRAME_AWAIT_NOTIFIED:
		return busy ? PROTOCOL_ERROR : on_await_notified(driver, &reader);
	case FRAME_SEND_PIDFD:
		return busy ? PROTOCOL_ERROR : on_send_pidfd(driver, &reader);
	case FRAME_FILTER_DEVICES:
		return busy ? PROTOCOL_ERROR : on_filter_devices(driver, &reader);
	case FRAME_AWAIT_EXIT:
		return busy ? PROTOCOL_ERROR : on_await_exit(driver, &reader);
	default:
		return PROTOCOL_ERROR;
	}
}

/* --- the loop --- */

static int end_of_stream(struct driver *driver)
{
	run_release(&driver->run);
	jvm_mourn(&driver->jvm, has_argument(driver, "--debug"));
	return has_argument(driver, "exec") ? EXIT_OF_EXEC : EXIT_FAILED;
}

static int protocol_error(struct driver *driver)
{
	run_release(&driver->run);
	complain("protocol error");
	jvm_end(&driver->jvm);
	return EXIT_FAILED;
}

/* Whoever has asked so often does not get it from Java. What is left half made is removed by a delete --force. */
static int give_up_on_java(struct driver *driver)
{
	run_release(&driver->run);
	jvm_end(&driver->jvm);
	return EXIT_SIGNALLED + driver->last_signal;
}

static int serve_one(struct driver *driver)
{
	struct frame frame;
	int received = frame_receive(driver->stream, &frame);

	if (received == 0)
		return end_of_stream(driver);
	int verdict = received < 0 ? PROTOCOL_ERROR : on_frame(driver, &frame);
	frame_release(&frame);
	return verdict == PROTOCOL_ERROR ? protocol_error(driver) : verdict;
}

int serve(struct driver *driver)
{
	enum { SIGNALS, STREAM, RUN };
	struct pollfd fds[RUN + RUN_POLLED];
	int verdict = CONTINUE;

	while (verdict == CONTINUE) {
		fds[SIGNALS] = (struct pollfd){.fd = driver->signals, .events = POLLIN};
		fds[STREAM] = (struct pollfd){.fd = driver->stream, .events = POLLIN};
		run_poll(&driver->run, fds + RUN);
		if (poll(fds, sizeof(fds) / sizeof(*fds), -1) < 0)
			continue;
		relay_signals(driver);
		if (driver->signal_count >= PATIENCE)
			return give_up_on_java(driver);
		if (fds[RUN].revents || fds[RUN + 1].revents || fds[RUN + 2].revents)
			run_proceed(&driver->run);
		if (fds[STREAM].revents)
			verdict = serve_one(driver);
	}
	return verdict;
}
