/* What init tells the name server, at boot and after each of its restarts: who is there, and who
 * may call whom. */
#include "report.h"
#include "service.h"
#include <string.h>

#define PATIENCE_MS 1000

static cap_t name_cap; /* the name server's, with our badge */

static int ask(struct msg *m)
{
	return ipc_ask(name_cap, m, time_in_ms(PATIENCE_MS));
}

static int tell_name(const char *name, uint32_t pid, cap_t cap, unsigned rights)
{
	int64_t copy = cap_mint(cap, rights, 0, 0);
	int error;

	if (copy < 0)
		return (int)copy;
	struct msg m = { .label = MSG_LABEL(NAME_REGISTER, NAME_VERSION, 1, strlen(name)),
		.word = { pid },
		.send = name,
		.cap = { (cap_t)copy } };

	error = ask(&m);
	cap_delete((cap_t)copy);
	return error;
}

static int tell_allow(uint64_t pid, const char *list)
{
	struct msg m = { .label = MSG_LABEL(NAME_ALLOW, NAME_VERSION, 0, strlen(list)),
		.word = { pid },
		.send = list };

	return ask(&m);
}

/* All that a new name server must know. Told anew after each of its restarts, for its tables died
 * with it. */
int names_tell(void)
{
	int error = 0;

	for (unsigned i = 0; !error && i < init.conf.services; i++) {
		const struct service *service = &init.service[i];

		if (!name_cap && !strcmp(service->conf->name, "name")) {
			int64_t minted = cap_mint(service->endpoint, CAP_SEND, INIT_PID, 0);

			if (minted < 0)
				return (int)minted;
			name_cap = (cap_t)minted;
		}
	}
	for (unsigned i = 0; !error && i < init.conf.services; i++) {
		const struct service *service = &init.service[i];

		if (service->endpoint)
			error = tell_name(service->conf->name, service->pid, service->endpoint,
			    CAP_SEND | CAP_TRANSFER);
		if (!error)
			error = tell_allow(service->pid, service->conf->may_call);
	}
	if (!error)
		error = tell_name("init", INIT_PID, init.endpoint, CAP_SEND | CAP_TRANSFER);
	if (!error)
		error = tell_name("kernel", INIT_PID, init.boot->kernel, CAP_INFO | CAP_TRANSFER);
	if (!error)
		error = tell_name("trace", INIT_PID, init.boot->kernel, CAP_TRACE | CAP_TRANSFER);
	if (!error) /* last: it opens the door to those who wait */
		error = tell_allow(INIT_LAST + 1, init.conf.programs.may_call);
	if (error)
		report("the name server refuses what it is told: %s", strerror(-error));
	return error;
}
