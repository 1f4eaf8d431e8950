#include "brief.h"

#include <stddef.h>
#include <string.h>

static bool is_among(const char *word, size_t length, const char *const *words)
{
	for (; *words; words++)
		if (strlen(*words) == length && !memcmp(*words, word, length))
			return true;
	return false;
}

/* The words that do not begin with a minus, behind global flags, and what those are followed by. */
bool brief_is(char *const *argv)
{
	/* As in runtime-cli's BriefRehearsal, which the cache is trained with. */
	static const char *const commands[] = {"state", "start", "kill", "delete", "pause", "resume", NULL};
	static const char *const flags_alone[] = {"v", "version", NULL};
	static const char *const flags_with_value[] = {"root", "log", "log-format", "rootless", "criu", NULL};

	for (argv += *argv ? 1 : 0; *argv && **argv == '-'; argv++) {
		const char *name = *argv + ((*argv)[1] == '-' ? 2 : 1);
		size_t length = strcspn(name, "=");

		if (is_among(name, length, flags_alone))
			return true;
		if (is_among(name, length, flags_with_value) && !name[length] && !*++argv)
			return false;
	}
	return *argv && is_among(*argv, strlen(*argv), commands);
}
