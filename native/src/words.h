/* Short texts put together without stdio. What does not fit is cut off. */
#ifndef MINIRT_WORDS_H
#define MINIRT_WORDS_H

#include <stddef.h>
#include <stdint.h>

enum { WORDS_SIZE = 4096 };

/* Always ends in a NUL; begin with {.length = 0}. */
struct words {
	size_t length;
	char text[WORDS_SIZE];
};

void words_add(struct words *words, const char *text);
void words_bytes(struct words *words, const char *data, size_t length);
void words_number(struct words *words, int64_t number);

/* Writes "minirt: ", the words and a newline to standard error, in one piece. */
void words_complain(const struct words *words);

/* The same with what errno says behind the words. */
void words_complain_of_errno(struct words *words);

/* The same for a text. */
void complain(const char *text);

/* The same for a text and what errno says. */
void complain_of_errno(const char *text);

#endif
