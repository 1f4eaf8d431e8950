#include "encode.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "program.h"

static void put(struct draft_program *program, const void *bytes, size_t size)
{
	if (size > sizeof program->bytes - program->size)
		abort();
	memcpy(program->bytes + program->size, bytes, size);
	program->size += size;
}

static void put_number(struct draft_program *program, uint64_t value, size_t size)
{
	uint8_t bytes[8];
	for (size_t i = 0; i < size; i++)
		bytes[i] = (uint8_t)(value >> 8 * i);
	put(program, bytes, size);
}

static void put_text(struct draft_program *program, const char *text)
{
	put_number(program, strlen(text), 4);
	put(program, text, strlen(text) + 1);
}

static void put_texts(struct draft_program *program, const char *const *texts)
{
	uint32_t count = 0;
	while (texts[count] != NULL)
		count++;
	put_number(program, count, 4);
	for (uint32_t i = 0; i < count; i++)
		put_text(program, texts[i]);
}

void program_begin(struct draft_program *program)
{
	program->size = PROGRAM_HEADER;
	program->ops = 0;
	program->slots = 16;
	program->preserved = 0;
	program->timed = 0;
}

void program_add(struct draft_program *program, uint32_t opcode, uint32_t context, const char *fields, ...)
{
	put_number(program, opcode, 4);
	put_number(program, context, 4);
	size_t length_at = program->size;
	put_number(program, 0, 4);
	va_list values;
	va_start(values, fields);
	for (const char *field = fields; *field != '\0'; field++) {
		switch (*field) {
		case 'u':
			put_number(program, va_arg(values, unsigned), 4);
			break;
		case 'U':
			put_number(program, va_arg(values, uint64_t), 8);
			break;
		case 's':
			put_text(program, va_arg(values, const char *));
			break;
		case 'T':
			put_texts(program, va_arg(values, const char *const *));
			break;
		case 'N': {
			const uint32_t *numbers = va_arg(values, const uint32_t *);
			for (uint32_t i = 0; i <= numbers[0]; i++)
				put_number(program, numbers[i], 4);
			break;
		}
		case 'B': {
			const void *bytes = va_arg(values, const void *);
			size_t size = va_arg(values, size_t);
			put_number(program, size, 4);
			put(program, bytes, size);
			break;
		}
		default:
			abort();
		}
	}
	va_end(values);
	size_t end = program->size;
	program->size = length_at;
	put_number(program, end - length_at - 4, 4);
	program->size = end;
	program->ops++;
}

void program_end(struct draft_program *program)
{
	size_t end = program->size;
	program->size = 0;
	put_number(program, PROGRAM_MAGIC, 4);
	put_number(program, OPS_HASH, 8);
	put_number(program, end, 4);
	put_number(program, program->ops, 4);
	put_number(program, program->slots, 4);
	put_number(program, program->preserved, 4);
	put_number(program, program->timed, 4);
	program->size = end;
}
