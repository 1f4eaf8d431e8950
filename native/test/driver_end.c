#include "driver_end.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "control.h"
#include "driver_turn.h"
#include "launcher.h"

int launch(pid_t *launcher)
{
	int control[2];
	program_end(&draft);
	int program = memfd_create("program", 0);
	CHECK(program >= 0 && write(program, draft.bytes, draft.size) == (ssize_t)draft.size);
	CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, control) == 0);
	fflush(stdout);
	*launcher = fork();
	if (*launcher == 0) {
		close(control[0]);
		int high = fcntl(control[1], F_DUPFD, 10), high_program = fcntl(program, F_DUPFD, 10);
		launcher_main(high, high_program);
	}
	close(control[1]);
	close(program);
	return control[0];
}

struct message receive(int control)
{
	struct message message = {.kind = 0};
	uint8_t bytes[1024] = {0};
	message.size = recv(control, bytes, sizeof bytes - 1, 0);
	if (message.size >= 4) {
		message.kind = decode_u32(bytes);
		message.a = decode_u32(bytes + 4);
		message.b = decode_u32(bytes + 8);
		message.c = decode_u32(bytes + 12);
	}
	if (message.kind == CONTROL_FAILED)
		snprintf(message.text, sizeof message.text, "%s", (char *)bytes + 20);
	return message;
}

void show(const struct message *message)
{
	printf("# message of kind %u, size %zd: operation %u step %u errno %u: %s\n", message->kind, message->size,
		message->a, message->b, message->c, message->text);
}

pid_t expect_spawned(int control, pid_t launcher)
{
	struct message message = receive(control);
	if (message.kind != CONTROL_SPAWNED)
		show(&message);
	CHECK(message.kind == CONTROL_SPAWNED);
	/* The launcher leaves; init is its sibling, our child. */
	CHECK(wait_for(launcher) == 0);
	CHECK(waitpid((pid_t)message.a, NULL, WNOHANG) == 0);
	CHECK(control_send(control, CONTROL_GO_ON) == 0);
	return (pid_t)message.a;
}

void serve_until_ready(int control, pid_t init)
{
	struct program program;
	static struct failure failure;
	CHECK(program_read(&program, draft.bytes, draft.size, &failure) == 0);
	for (;;) {
		struct message message = receive(control);
		switch (message.kind) {
		case CONTROL_READY:
			program_free(&program);
			return;
		case CONTROL_DRIVER_TURN:
			if (driver_turn(&program, message.a, init, &failure) < 0) {
				printf("# driver's turn %u: %s\n", message.a, strerror(failure.error));
				CHECK(false);
			}
			CHECK(control_send(control, CONTROL_GO_ON) == 0);
			break;
		case CONTROL_REACHED:
			CHECK(control_send(control, CONTROL_GO_ON) == 0);
			break;
		case CONTROL_BEGUN:
		case CONTROL_BRANCHED:
			break;
		default:
			show(&message);
			CHECK(message.kind == CONTROL_READY);
		}
	}
}

int connect_to_start(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = SCRATCH "/start"};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	CHECK(fd >= 0);
	if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0) {
		close(fd);
		return -1;
	}
	return fd;
}

int start(void)
{
	int connection = connect_to_start();
	char answer = 0;
	CHECK(connection >= 0 && write(connection, "S", 1) == 1);
	CHECK(read(connection, &answer, 1) == 1 && answer == 'G');
	return connection;
}
