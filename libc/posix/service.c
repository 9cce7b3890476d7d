/* Servers by name. */
#include <atoll/name.h>
#include <atoll/startup.h>
#include <errno.h>
#include <servers/name/protocol.h>
#include <string.h>

#include "posix.h"

#define TRIES 5

int64_t name_lookup(const char *name, uint64_t deadline)
{
	bool wait = deadline != DEADLINE_NOW;
	struct msg m = {
		.label = MSG_LABEL(NAME_LOOKUP, NAME_VERSION, 0, strlen(name)),
		.word = { wait },
		.send = name,
		.recv_caps = 1,
	};
	int error, tries = 0;

	if (!startup_cap("name"))
		return -ENOENT;
	/* Whether the answer comes at once is word 0's business; the question must have time. When
	 * the server dies over it, its next incarnation answers. */
	do
		error = ipc_ask(startup_cap("name"), &m, wait ? deadline : DEADLINE_FOREVER);
	while (error == -EPIPE && ++tries < TRIES);
	if (!error && MSG_NCAPS(m.label) != 1)
		error = -EPROTO;
	return error ? error : (int64_t)m.cap[0];
}

int name_once(const char *name, cap_t *kept, uint64_t deadline)
{
	int64_t found;

	if (*kept)
		return 0;
	found = name_lookup(name, deadline);
	if (found < 0)
		return (int)found;
	*kept = (cap_t)found;
	return 0;
}

int name_register(const char *name, cap_t capability)
{
	struct msg m = {
		.label = MSG_LABEL(NAME_REGISTER, NAME_VERSION, 1, strlen(name)),
		.send = name,
		.cap = { capability },
	};

	return startup_cap("name") ? ipc_ask(startup_cap("name"), &m, DEADLINE_FOREVER) : -ENOENT;
}

static struct {
	cap_t file, process, init, pipe;
} kept;

static cap_t find(cap_t *service, const char *name)
{
	/* init names all servers before the first program runs: what is not there will not come. */
	libc_result(name_once(name, service, DEADLINE_NOW));
	return *service;
}

cap_t libc_file_service(void)
{
	return find(&kept.file, "file");
}

cap_t libc_process_service(void)
{
	return find(&kept.process, "process");
}

cap_t libc_init_service(void)
{
	return find(&kept.init, "init");
}

cap_t libc_pipe_service(void)
{
	return find(&kept.pipe, "pipe");
}

void libc_services_forget(void)
{
	kept.file = kept.process = kept.init = kept.pipe = 0;
}
