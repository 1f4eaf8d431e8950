/* Runs the operations of a validated program, in the launcher and then in init. */
#ifndef MINIRT_INTERPRET_H
#define MINIRT_INTERPRET_H

#include "context.h"

/* Makes the context of a program at its beginning. */
void context_begin(struct context *context, const struct program *program, int control);

/* Runs one operation, of any context, in this process. Returns 0 or -errno, with failure->step and detail set. */
int run_operation(struct context *context, uint32_t index);

/* Runs the program from its first operation. Returns only if one fails (-errno), or if the program ends. */
int interpret(struct context *context);

#endif
