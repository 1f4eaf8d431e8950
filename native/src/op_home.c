/* FindHome: a small reader of passwd(5), of a file that may be anything and of any size. */
#include "context.h"
#include "decimal.h"
#include "fd.h"
#include "safe_path.h"
#include "sys.h"

#include <string.h>

#define RESOLVE_AS_ROOT (RESOLVE_IN_ROOT_FLAG | RESOLVE_NO_MAGICLINKS_FLAG)

enum {
	LINE_SIZE_MAX = 8192,	 /* a longer line is passed over */
	FILE_SIZE_MAX = 1 << 20, /* what comes later is not looked at */
	FIELD_UID = 2,
	FIELD_HOME = 5,
};

/* The nth field of a line, between colons; NULL if there are not as many. */
static const char *field(const char *line, int number, size_t *length)
{
	for (; number > 0; number--) {
		line = strchr(line, ':');
		if (line == NULL)
			return NULL;
		line++;
	}
	*length = strcspn(line, ":");
	return line;
}

static bool is_of_user(const char *line, const char *uid)
{
	size_t length;
	const char *text = field(line, FIELD_UID, &length);
	return text != NULL && length == strlen(uid) && memcmp(text, uid, length) == 0;
}

static bool take_home(struct context *context, const char *line)
{
	size_t length;
	const char *home = field(line, FIELD_HOME, &length);
	if (home == NULL || length == 0 || home[0] != '/' || length >= PATH_MAX)
		return false;
	strcpy(context->home, "HOME=");
	memcpy(context->home + 5, home, length);
	context->home[5 + length] = '\0';
	return true;
}

/* Reads line by line until the user is found. */
static bool search(struct context *context, int file, const char *uid)
{
	static char data[LINE_SIZE_MAX + 1];
	size_t kept = 0, total = 0;
	bool skipping = false;
	for (;;) {
		ssize_t got = read(file, data + kept, LINE_SIZE_MAX - kept);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			break;
		total += (size_t)got;
		size_t size = kept + (size_t)got, start = 0;
		for (char *end; (end = memchr(data + start, '\n', size - start)) != NULL;) {
			*end = '\0';
			if (!skipping && is_of_user(data + start, uid) && take_home(context, data + start))
				return true;
			skipping = false;
			start = (size_t)(end - data) + 1;
		}
		kept = size - start;
		memmove(data, data + start, kept);
		if (kept == LINE_SIZE_MAX) {
			skipping = true;
			kept = 0;
		}
		if (total >= FILE_SIZE_MAX)
			return false;
	}
	data[kept] = '\0';
	return !skipping && is_of_user(data, uid) && take_home(context, data);
}

int run_find_home(struct context *context, const struct op_find_home *op)
{
	char uid[DECIMAL_MAX];
	struct stat status;
	write_decimal(uid, op->uid);
	step_on(context, STEP_FIND_HOME_OPEN, "/etc/passwd");
	strcpy(context->home, "HOME=/");
	/* Not blocking: it may be a FIFO. */
	OWNED file = safe_openat2(context->root, "/etc/passwd", O_RDONLY | O_NONBLOCK | O_NOCTTY, RESOLVE_AS_ROOT);
	if (file < 0 || fstat(file, &status) < 0 || !S_ISREG(status.st_mode) || !search(context, file, uid))
		context->branch = BRANCH_FIND_HOME_DEFAULT;
	return 0;
}
