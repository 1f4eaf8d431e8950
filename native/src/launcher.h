/* The process that the driver starts to run a program, and that becomes init's sibling. */
#ifndef MINIRT_LAUNCHER_H
#define MINIRT_LAUNCHER_H

/*
 * Runs the program in the file `program_fd`, talking to the driver over the SOCK_SEQPACKET socket `control_fd`. Both
 * descriptors are taken over. To be called by main() first of all, when the binary is executed as minirt-init.
 */
_Noreturn void launcher_main(int control_fd, int program_fd);

#endif
