/* From a server's answer to errno. */
#include <errno.h>

#include "posix.h"

/* A server that dies over the same message again and again is not asked for ever. */
#define TRIES 5

int64_t libc_result(int64_t result)
{
	if (result >= 0)
		return result;
	errno = (int)-result;
	return -1;
}

int libc_ask(cap_t server, struct msg *m, enum libc_again again)
{
	int error, tries = 0;

	if (!server)
		return -1;
	/* EPIPE came from the kernel, not in a reply, so m is still as it was sent. */
	do
		error = ipc_call(server, m, DEADLINE_FOREVER);
	while (error == -EPIPE && again == IDEMPOTENT && ++tries < TRIES);
	if (!error)
		error = -MSG_OP(m->label);
	return (int)libc_result(error);
}
