#include "failure.h"

#include <string.h>

void detail_add(struct failure *failure, const char *text, size_t length)
{
	size_t room = sizeof failure->detail - 1 - failure->length;
	if (length > room)
		length = room;
	memcpy(failure->detail + failure->length, text, length);
	failure->length += length;
	failure->detail[failure->length] = '\0';
}

void detail_set(struct failure *failure, const char *text)
{
	failure->length = 0;
	detail_add(failure, text, strlen(text));
}
