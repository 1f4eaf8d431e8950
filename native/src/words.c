#include "words.h"

#include <errno.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

enum { DIGITS_MAX = 20 };

void words_bytes(struct words *words, const char *data, size_t length)
{
	size_t room = sizeof(words->text) - 1 - words->length;

	if (length > room)
		length = room;
	memcpy(words->text + words->length, data, length);
	words->length += length;
	words->text[words->length] = 0;
}

void words_add(struct words *words, const char *text)
{
	words_bytes(words, text, strlen(text));
}

void words_number(struct words *words, int64_t number)
{
	char digits[DIGITS_MAX];
	size_t at = sizeof(digits);
	uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;

	do {
		digits[--at] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest);
	if (number < 0)
		digits[--at] = '-';
	words_bytes(words, digits + at, sizeof(digits) - at);
}

void words_complain(const struct words *words)
{
	struct iovec line[] = {
		{.iov_base = (char[]){"minirt: "}, .iov_len = 8},
		{.iov_base = (char *)(uintptr_t)words->text, .iov_len = words->length},
		{.iov_base = (char[]){"\n"}, .iov_len = 1},
	};

	/* There is no other place to say that nobody listens. */
	(void)!writev(STDERR_FILENO, line, sizeof(line) / sizeof(*line));
}

void words_complain_of_errno(struct words *words)
{
	words_add(words, ": ");
	words_add(words, strerror(errno));
	words_complain(words);
}

void complain(const char *text)
{
	struct words words = {.length = 0};

	words_add(&words, text);
	words_complain(&words);
}

void complain_of_errno(const char *text)
{
	struct words words = {.length = 0};

	words_add(&words, text);
	words_complain_of_errno(&words);
}
