#include "run.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "control.h"
#include "descriptor.h"
#include "driver_turn.h"
#include "fd.h"
#include "launch.h"
#include "process.h"
#include "relay.h"
#include "times.h"

enum {
	POLL_CONTROL,
	POLL_LAUNCHER,
	POLL_INIT,
	LAUNCHER_PATIENCE = 10000, /* milliseconds that a launcher may take to exit once init is ready */
};

/* A message from launcher or init. */
struct message {
	uint32_t kind;
	struct reader reader;
	int descriptor; /* that came with it; -1: none */
};

void run_prepare(struct run *run, int stream)
{
	memset(run, 0, sizeof(*run));
	run->state = RUN_IDLE;
	run->stream = stream;
	run->control = run->launcher_fd = run->init_fd = run->terminal = run->place.pidfd = -1;
}

/* --- the end of a run --- */

static int kill_and_reap(int *pidfd)
{
	pidfd_signal(*pidfd, SIGKILL);
	int status = pidfd_reap(*pidfd);
	replace(pidfd, -1);
	return status;
}

/* Nobody is left behind: a clone that we have not heard of waits for GO_ON, and gets the end of the socket. */
static void end(struct run *run)
{
	if (run->launcher_fd >= 0)
		run->status = kill_and_reap(&run->launcher_fd);
	if (run->init_fd >= 0)
		run->status = kill_and_reap(&run->init_fd);
	place_give_up(&run->place);
	replace(&run->control, -1);
	replace(&run->terminal, -1);
	program_free(&run->program);
	frame_release(&run->frame);
	run->state = RUN_IDLE;
}

static void fail(struct run *run)
{
	end(run);
	send_failed(run->stream, &run->failure);
}

static void fail_with(struct run *run, uint32_t index, int error, const char *detail)
{
	run->failure.index = index;
	run->failure.step = STEP_PROGRAM;
	run->failure.error = -error;
	detail_set(&run->failure, detail);
	fail(run);
}

static void protocol_error(struct run *run, const char *what)
{
	fail_with(run, run->begun, -EPROTO, what);
}

static void send_died(const struct run *run, int status)
{
	struct draft draft;

	draft_begin(&draft, FRAME_DIED);
	draft_u32(&draft, run->begun);
	draft_u32(&draft, (uint32_t)status);
	draft_send(&draft, run->stream);
}

static void died(struct run *run)
{
	end(run);
	send_died(run, run->status);
}

/* The launcher exits as soon as it has cloned init. Left alive it would be a stranger among the caller's processes. */
static int reap_launcher(struct run *run)
{
	struct pollfd fd = {.fd = run->launcher_fd, .events = POLLIN};

	if (run->launcher_fd < 0)
		return 0;
	if (poll(&fd, 1, LAUNCHER_PATIENCE) <= 0)
		return -ETIMEDOUT;
	int status = pidfd_reap(run->launcher_fd);
	replace(&run->launcher_fd, -1);
	return status;
}

static void ready(struct run *run)
{
	if (run->init_fd < 0 || reap_launcher(run) != 0) {
		protocol_error(run, "ready without an init, or with a launcher that has not ended well");
		return;
	}
	replace(&run->control, -1);
	program_free(&run->program);
	frame_release(&run->frame);
	run->state = RUN_READY;
	send_empty(run->stream, FRAME_READY);
}

/* --- the dialogue with launcher and init --- */

static void go_on(struct run *run)
{
	int error = control_send(run->control, CONTROL_GO_ON);

	/* If there is nobody left to hear it, that is found out by its exit. */
	if (error < 0 && error != -EPIPE && error != -ECONNRESET)
		fail_with(run, run->begun, error, "tell init to go on");
}

static void spawned(struct run *run, uint32_t pid)
{
	struct draft draft;
	siginfo_t info;
	uint64_t start = 0;

	if (run->init_fd >= 0) {
		protocol_error(run, "spawned twice");
		return;
	}
	run->init = (pid_t)pid;
	run->init_fd = pidfd_open_process(run->init);
	/* Only a child of ours can be init: its number is not given away before we have reaped it. */
	if (run->init_fd < 0 || run->init == run->launcher ||
		waitid(P_PIDFD, (id_t)run->init_fd, &info, WEXITED | WNOHANG | WNOWAIT) < 0 ||
		process_start_time(run->init, &start) < 0) {
		replace(&run->init_fd, -1);
		protocol_error(run, "spawned a process that is not the driver's child");
		return;
	}
	/* Init is in its cgroup: from now on alone, as limits on the number of processes may want it. */
	place_give_up(&run->place);
	draft_begin(&draft, FRAME_SPAWNED);
	draft_u32(&draft, pid);
	draft_u64(&draft, start);
	draft_send(&draft, run->stream);
	go_on(run);
}

static void take_turn(struct run *run, uint32_t index)
{
	if (run->init_fd < 0 || run->program.ops[index].context != CONTEXT_DRIVER) {
		protocol_error(run, "gave the driver an operation that is not for it");
		return;
	}
	if (driver_turn(&run->program, index, run->init, &run->failure) < 0)
		fail(run);
	else
		go_on(run);
}

static void branched(struct run *run, struct reader *reader)
{
	uint32_t count = (uint32_t)(reader->end - reader->at) / 8, index, branch;
	struct draft draft;

	for (struct reader check = *reader; read_u32(&check, &index) == 0;) {
		if (index >= run->program.op_count || read_u32(&check, &branch) < 0) {
			protocol_error(run, "sent malformed branches");
			return;
		}
	}
	draft_begin(&draft, FRAME_BRANCHED);
	draft_u32(&draft, count);
	while (read_u32(reader, &index) == 0 && read_u32(reader, &branch) == 0) {
		draft_u32(&draft, index);
		draft_u32(&draft, branch);
	}
	draft_send(&draft, run->stream);
}

/* The driver adds how long it took itself until the launcher was there. */
static void timed(struct run *run, struct reader *reader)
{
	uint64_t beginning, time;
	uint32_t first;

	if (read_u64(reader, &beginning) < 0 || read_u32(reader, &first) < 0 || (reader->end - reader->at) % 8 != 0) {
		protocol_error(run, "sent malformed times");
		return;
	}
	uint32_t count = (uint32_t)(reader->end - reader->at) / 8;
	if (first > run->program.op_count || count > run->program.op_count - first) {
		protocol_error(run, "sent times of operations that the program does not have");
		return;
	}
	struct draft draft;
	draft_begin(&draft, FRAME_TIMES);
	draft_u64(&draft, run->launching);
	draft_u64(&draft, beginning);
	draft_u32(&draft, first);
	draft_u32(&draft, count);
	while (read_u64(reader, &time) == 0)
		draft_u64(&draft, time);
	draft_send(&draft, run->stream);
}

static void failed(struct run *run, struct message *message)
{
	struct failure *failure = &run->failure;
	const char *detail;
	uint32_t error;

	if (read_u32(&message->reader, &failure->index) < 0 || read_u32(&message->reader, &failure->step) < 0 ||
		read_u32(&message->reader, &error) < 0 || read_text(&message->reader, &detail) < 0 ||
		reader_end(&message->reader) < 0 ||
		(failure->index >= run->program.op_count && failure->index != NO_OPERATION)) {
		protocol_error(run, "sent a malformed failure");
		return;
	}
	failure->error = (int32_t)error;
	detail_set(failure, detail);
	fail(run);
}

/* A message whose payload is the number of an operation, which is checked here. */
static void on_operation(struct run *run, uint32_t kind, uint32_t index)
{
	if (index >= run->program.op_count) {
		protocol_error(run, "named an operation that the program does not have");
		return;
	}
	if (kind == CONTROL_BEGUN)
		run->begun = index;
	else
		take_turn(run, index);
}

static void on_message(struct run *run, struct message *message)
{
	struct reader *reader = &message->reader;
	bool plain = message->kind == CONTROL_READY || message->kind == CONTROL_TERMINAL;
	uint32_t number = 0;

	if (message->kind == CONTROL_FAILED) {
		failed(run, message);
		return;
	}
	if (message->kind == CONTROL_BRANCHED) {
		branched(run, reader);
		return;
	}
	if (message->kind == CONTROL_TIMES) {
		timed(run, reader);
		return;
	}
	if ((!plain && read_u32(reader, &number) < 0) || reader_end(reader) < 0)
		goto malformed;
	switch (message->kind) {
	case CONTROL_SPAWNED:
		spawned(run, number);
		return;
	case CONTROL_BEGUN:
	case CONTROL_DRIVER_TURN:
		on_operation(run, message->kind, number);
		return;
	case CONTROL_REACHED:
		if (run->init_fd < 0)
			break;
		run->state = RUN_PAUSED;
		send_u32(run->stream, FRAME_REACHED, number);
		return;
	case CONTROL_READY:
		ready(run);
		return;
	case CONTROL_TERMINAL:
		if (run->init_fd < 0 || run->terminal >= 0 || !relay_adopt(message->descriptor))
			break;
		run->terminal = take(&message->descriptor);
		go_on(run);
		return;
	default:
		break;
	}
malformed:
	protocol_error(run, "sent a malformed message, or one that is out of place");
}

/*
 * Init has gone, or nobody holds the other end any more. A program without Ready drops it by execve, which is its
 * success; if what it executes has exited by now, this is told apart from a death before by what was begun last.
 */
static void over(struct run *run)
{
	bool executing = run->begun != NO_OPERATION && run->program.ops[run->begun].opcode == OP_EXECUTE;

	if (run->init_fd >= 0 && executing)
		ready(run);
	else
		died(run);
}

/* Returns false if there is no message for now. */
static bool receive_one(struct run *run)
{
	static uint8_t data[CONTROL_MESSAGE_MAX];
	struct message message = {.descriptor = -1};
	ssize_t length = descriptor_receive(run->control, data, sizeof(data), &message.descriptor);

	if (length == -EAGAIN || length == -EINTR)
		return false;
	if (length <= 0) {
		over(run);
		return true;
	}
	message.reader = (struct reader){.at = data, .end = data + length};
	if (length > (ssize_t)sizeof(data) || read_u32(&message.reader, &message.kind) < 0)
		protocol_error(run, "sent a message of a wrong size");
	else
		on_message(run, &message);
	close_owned(&message.descriptor);
	return true;
}

void run_poll(const struct run *run, struct pollfd fds[RUN_POLLED])
{
	bool active = run->state == RUN_ACTIVE;

	/* While it is paused Java may ask for other things, and must not get an answer to RUN instead of theirs. */
	fds[POLL_CONTROL] = (struct pollfd){.fd = active ? run->control : -1, .events = POLLIN};
	fds[POLL_LAUNCHER] = (struct pollfd){.fd = active ? run->launcher_fd : -1, .events = POLLIN};
	fds[POLL_INIT] = (struct pollfd){.fd = active ? run->init_fd : -1, .events = POLLIN};
}

void run_proceed(struct run *run)
{
	/* Asked first: whoever has exited has said before what it had to say, and that is read next. */
	bool init_gone = run->init_fd >= 0 && process_has_exited(run->init_fd);
	bool launcher_gone = run->launcher_fd >= 0 && process_has_exited(run->launcher_fd);

	while (run->state == RUN_ACTIVE && receive_one(run))
		;
	if (run->state != RUN_ACTIVE)
		return;
	int launcher_status = launcher_gone ? reap_launcher(run) : 0;
	if (init_gone) {
		over(run);
	} else if (launcher_status != 0 || (launcher_gone && run->init_fd < 0)) {
		end(run);
		send_died(run, launcher_status);
	}
}

/* --- Java's side --- */

void run_start(struct run *run, struct frame *frame)
{
	struct launched launched = {.pidfd = -1, .control = -1};
	uint64_t begun = times_now();
	int error;

	replace(&run->init_fd, -1); /* an init that is ready needs us no more */
	replace(&run->terminal, -1);
	run->frame = *frame;
	frame->payload = NULL;
	run->begun = NO_OPERATION;
	run->failure.index = NO_OPERATION;
	run->failure.step = STEP_PROGRAM;
	struct reader reader = frame_reader(&run->frame);
	struct bytes program;
	if (read_bytes(&reader, &program) < 0 || reader_end(&reader) < 0) {
		fail_with(run, NO_OPERATION, -EPROTO, "malformed request");
		return;
	}
	if ((error = program_read(&run->program, program.at, program.size, &run->failure)) == 0) {
		run->failure.index = NO_OPERATION;
		error = launch(&run->program, &launched, &run->failure);
	}
	if (error < 0) {
		run->failure.error = -error;
		fail(run);
		return;
	}
	run->launching = times_since(begun);
	run->control = launched.control;
	run->launcher = launched.pid;
	run->launcher_fd = launched.pidfd;
	run->state = RUN_ACTIVE;
}

bool run_continue(struct run *run)
{
	if (run->state != RUN_PAUSED)
		return false;
	run->state = RUN_ACTIVE;
	go_on(run);
	return true;
}

void run_abort(struct run *run)
{
	/* It may have ended by itself while Java decided: then there is nothing to do. */
	if (run->state != RUN_IDLE)
		end(run);
	send_done(run->stream, 0, "");
}

bool run_kill_and_reap(struct run *run)
{
	if (run->state != RUN_READY)
		return false;
	end(run);
	send_u32(run->stream, FRAME_EXITED, (uint32_t)run->status);
	return true;
}

void run_release(struct run *run)
{
	place_give_up(&run->place);
	if (run->state == RUN_ACTIVE || run->state == RUN_PAUSED)
		end(run);
}
