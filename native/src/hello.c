#include <sys/stat.h>
#include <string.h>
#include <unistd.h>

#include "driver.h"
#include "ops.h"
#include "process.h"
#include "relay.h"

void hello_begin(const struct driver *driver, struct draft *draft)
{
	char directory[PATH_MAX];
	uint64_t start = 0;
	mode_t mask = umask(0);

	umask(mask);
	if (!getcwd(directory, sizeof(directory)))
		directory[0] = 0; /* removed, or outside of our root */
	process_start_time(getpid(), &start);
	draft_begin(draft, FRAME_HELLO);
	draft_u32(draft, PROTOCOL_VERSION);
	draft_u64(draft, OPS_HASH);
	draft_u32(draft, (uint32_t)getpid());
	draft_u64(draft, start);
	draft_u32(draft, geteuid());
	draft_u32(draft, getegid());
	draft_u32(draft, mask);
	draft_text(draft, directory, strlen(directory));
	draft_text(draft, driver->home, strlen(driver->home));
	draft_texts(draft, driver->argv);
	draft_texts(draft, driver->envp);
	draft_u64(draft, (uint64_t)driver->started);
}

void hello_send(const struct driver *driver, struct draft *draft)
{
	draft_u64(draft, (uint64_t)driver->connected);
	draft_u32(draft, relay_has_terminal());
	draft_send(draft, driver->stream);
}
