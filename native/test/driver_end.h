/* The driver's end of a program, for tests that run whole ones. */
#ifndef MINIRT_TEST_DRIVER_END_H
#define MINIRT_TEST_DRIVER_END_H

#include <stdint.h>
#include <sys/types.h>

struct message {
	uint32_t kind, a, b, c;
	char text[1024]; /* detail of a failure */
	ssize_t size;	 /* 0: the other end is closed */
};

/* Starts the launcher with the draft as its program; returns the driver's end of the socket. */
int launch(pid_t *launcher);

struct message receive(int control);

/* Prints a message that a test did not expect. */
void show(const struct message *message);

/* Receives SPAWNED, sees the launcher leave, and lets init go on. Returns init. */
pid_t expect_spawned(int control, pid_t launcher);

/* Does the driver's part until init is ready; prints what else it gets, and fails. */
void serve_until_ready(int control, pid_t init);

/* Connects to SCRATCH/start; -1 if nobody listens. */
int connect_to_start(void);

/* Sends the start command and expects it to be taken. Returns the connection. */
int start(void);

#endif
