#include "own_proc.h"
#include "dumpable.h"
#include "fd.h"
#include "safe_proc.h"
#include "sys.h"

int write_own_proc(const struct context *context, const char *path, const char *text)
{
	OWNED file = open(path, O_WRONLY | O_CLOEXEC);
	if (file < 0 && errno == EACCES && !context->owns_proc_files) {
		/* While we are not dumpable the files are root's: proc_pid(5). */
		int answer = set_dumpable(true);
		if (answer < 0)
			return answer;
		file = open(path, O_WRONLY | O_CLOEXEC);
		int error = errno;
		answer = set_dumpable(false);
		if (answer < 0)
			return answer;
		errno = error;
	}
	return file < 0 ? -errno : write_at_once(file, text);
}
